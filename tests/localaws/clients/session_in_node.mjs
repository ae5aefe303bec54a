// Reads one wish per line and writes one report per line.
import { createInterface } from "node:readline";
import { WebSocket } from "ws";
import { attend } from "./session.mjs";

globalThis.WebSocket ??= WebSocket;

const wish = attend((report) => console.log(JSON.stringify(report)));
for await (const line of createInterface({ input: process.stdin })) wish(JSON.parse(line));
process.exit();
