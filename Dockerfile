# One image for every process; docker-compose.yml says which one a container is.

FROM python:3.13-slim AS build
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
USER app
# Collecting needs settings that load, not services that answer; none of these values is kept.
RUN SECRET_KEY=for-collectstatic-only SITE_URL=http://localhost DATABASE_URL=postgresql:///unused \
    REDIS_URL=redis://unused FLOWER_BASIC_AUTH=unused:unused python manage.py collectstatic --no-input
EXPOSE 8000 5555
