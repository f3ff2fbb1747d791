/**
 * JSON over HTTP with the session's CSRF token (from <meta name="csrf-token">; the cookie is out of reach).
 *
 * Never throws: `{status: 0}` when nothing came back. A refusal is `{status, data, code, sentence, retryAfter}`.
 * Called by the polling fallback, the stores and the widget.
 */

export const API = "/support/api/";

/** Of the session; a page of nobody's has none. */
export const token = () => globalThis.document?.querySelector('meta[name="csrf-token"]')?.content ?? "";

function headersFor({ body, key, wait }) {
  const headers = { Accept: "application/json" };
  if (body !== undefined) Object.assign(headers, { "Content-Type": "application/json", "X-CSRFToken": token() });
  if (key) headers["Idempotency-Key"] = key;
  if (wait !== undefined) headers.Prefer = `wait=${wait}`;
  return headers;
}

/** `options`: {method, body, key (Idempotency-Key), wait (Prefer: wait=), timeout, fetch}. */
export async function request(path, options = {}) {
  const { body, timeout = 15_000, fetch = globalThis.fetch } = options;
  try {
    const response = await fetch(path, {
      method: options.method ?? (body === undefined ? "GET" : "POST"),
      headers: headersFor(options),
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: "same-origin",
      redirect: "manual",
      signal: AbortSignal.timeout(timeout),
    });
    const data = await response.json().catch(() => null);
    const code = data?.code ?? data?.type?.split(/[/:#]/).pop() ?? "";
    const retryAfter = Number.parseFloat(response.headers.get("Retry-After")) || null;
    return { ok: response.ok, status: response.status, data, code, sentence: data?.error ?? data?.detail ?? "", retryAfter };
  } catch {
    return { ok: false, status: 0, data: null, code: "", sentence: "", retryAfter: null };
  }
}

/** `general` is the person's live chat; its own row has an address like every other. */
export const pathOf = (ticketId, what) => (ticketId === "general" ? `${API}chat/${what}/` : `${API}tickets/${ticketId}/${what}/`);

/** An answer to the socket's own `resume` ({after}) or `history` ({before}), by HTTP. Never throws. */
export function fetchHistory(ticketId, { after, before }, fetch) {
  const asked = before === undefined ? `after=${after}&limit=200` : `before=${before}&limit=50`;
  return request(`${pathOf(ticketId, "messages")}?${asked}`, { fetch });
}
