# One image for every process; docker-compose.yml says which one a container is. It writes to /srv/state and /tmp only.

FROM python:3.13-slim AS build
WORKDIR /build
RUN python -m venv /opt/venv
COPY requirements.txt .
RUN /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.txt

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /srv/app --shell /usr/sbin/nologin app \
    && install --directory --owner app --group app /srv/app /srv/static /srv/state
COPY --from=build /opt/venv /opt/venv
COPY --chown=root:root . /srv/app
WORKDIR /srv/app
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    STATE_DIR=/srv/state \
    STATIC_ROOT=/srv/static \
    HOST=0.0.0.0 \
    PORT=8000 \
    FLOWER_PORT=5555
# By number: a platform that insists on an unprivileged account sees that it is one.
USER 10001
# Collecting needs settings that load, not services that answer; none of these values is kept.
RUN SECRET_KEY=for-collectstatic-only SITE_URL=http://localhost DATABASE_URL=postgresql:///unused \
    REDIS_URL=redis://unused FLOWER_BASIC_AUTH=unused:unused python manage.py collectstatic --no-input
EXPOSE 8000 5555
# Of the web, which is what the image runs unless told otherwise; compose says how each other process is asked.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["python", "-m", "core.alive", "web"]
CMD ["sh", "-c", "exec uvicorn core.asgi:application --host $HOST --port $PORT --ws websockets-sansio --ws-max-size 131072 --ws-ping-interval 20 --ws-ping-timeout 30 --ws-per-message-deflate false --no-access-log --loop uvloop --http httptools --lifespan off --timeout-graceful-shutdown 3"]
