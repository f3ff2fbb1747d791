/**
 * The peer to catch: what a Node team would write. socket.io with its Redis adapter, one PostgreSQL insert a message.
 *
 * It has the same admission as the other designs (the site's session cookie, and a thread that exists) and the same
 * length check. It has no log, order, numbers, repeats or limits. Started by tests/benchmarks/node.py, never by
 * anybody else; PORT, COOKIE, ORIGIN, VALKEY and PG… come from there.
 */
import { createServer } from "node:http";
import { createAdapter } from "@socket.io/redis-adapter";
import pg from "pg";
import { createClient } from "redis";
import { Server } from "socket.io";

const { PORT, COOKIE, ORIGIN, VALKEY } = process.env;
const LONGEST = 10_000;
const INSERT = {
  name: "insert",
  text: "INSERT INTO benchmark_message (id, ticket_id, author_id, body) VALUES ($1, $2, $3, $4)",
};
const SESSION = "SELECT 1 FROM django_session WHERE session_key = $1 AND expire_date > now()";
const THREAD = "SELECT requester_id FROM support_supportticket WHERE id = $1";

const pool = new pg.Pool({ max: 10 });
const publisher = createClient({ socket: { path: VALKEY } });
const subscriber = publisher.duplicate();
await Promise.all([publisher.connect(), subscriber.connect()]);

const http = createServer((_request, response) => response.end("live"));
const io = new Server(http, {
  adapter: createAdapter(publisher, subscriber),
  transports: ["websocket"],
  allowRequest: (request, allow) => allow(null, request.headers.origin === ORIGIN),
});

function sessionKey(headers) {
  const cookies = (headers.cookie ?? "").split("; ").map((pair) => pair.split("="));
  return cookies.find(([name]) => name === COOKIE)?.[1] ?? "";
}

async function admit(socket, next) {
  const { headers, query } = socket.handshake;
  const session = await pool.query(SESSION, [sessionKey(headers)]);
  const thread = await pool.query(THREAD, [query.thread]);
  if (!session.rowCount || !thread.rowCount) return next(new Error("not-found"));
  socket.data = { thread: query.thread, author: thread.rows[0].requester_id };
  return next();
}

io.use((socket, next) => admit(socket, next).catch(next));
io.on("connection", (socket) => {
  const { thread, author } = socket.data;
  socket.join(thread);
  socket.on("message", async ({ id, message }) => {
    if (typeof message !== "string" || !message.length || message.length > LONGEST) return;
    await pool.query({ ...INSERT, values: [id, thread, author, message] });
    io.to(thread).emit("message", { message: { id, ticket_id: thread, message } });
  });
  socket.emit("chat_history", { messages: [] });
});
http.listen(Number(PORT), "127.0.0.1");
