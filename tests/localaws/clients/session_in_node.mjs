// Reads one wish per line and writes one report per line.
import { createInterface } from "node:readline";
import { WebSocket } from "ws";
import { openSession } from "./session.mjs";

globalThis.WebSocket ??= WebSocket;

let session;
for await (const line of createInterface({ input: process.stdin })) {
  const wish = JSON.parse(line);
  if (wish.open) session = openSession(wish.open, (report) => console.log(JSON.stringify(report)));
  if (wish.renew) session.renew(wish.renew);
  if (wish.stop) session.stop();
}
process.exit();
