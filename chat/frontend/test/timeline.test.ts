import assert from "node:assert/strict";
import { test } from "node:test";

import { EMPTY, type Message, type Timeline, withEarlier, withNewest } from "../src/timeline.ts";

function message(id: string, createdAt: number, text = id): Message {
  return { id, senderArn: "alice", senderName: "alice", text, createdAt, edited: false, removed: false };
}

const ids = (timeline: Timeline) => timeline.messages.map(({ id }) => id).join("");
const [a, b, c, d, e] = [1, 2, 3, 4, 5].map((at) => message("?abcde"[at] ?? "", at)) as [Message, Message, Message, Message, Message];

test("messages stand oldest first, whatever order they come in", () => {
  assert.equal(ids(withNewest(EMPTY, { messages: [c, a, b], next: undefined })), "abc");
});

test("messages of one moment keep one order", () => {
  const [x, y] = [message("x", 7), message("y", 7)];
  assert.equal(ids(withNewest(EMPTY, { messages: [y, x], next: undefined })), "xy");
  assert.equal(ids(withNewest(EMPTY, { messages: [x, y], next: undefined })), "xy");
});

test("an earlier page goes in front, and an overlap is shown once", () => {
  const known = withNewest(EMPTY, { messages: [d, c], next: "before c" });
  const whole = withEarlier(known, { messages: [c, b, a], next: undefined });
  assert.equal(ids(whole), "abcd");
  assert.equal(whole.earlier, undefined);
});

test("a refresh adds what is new, takes over edits and keeps the earlier pages", () => {
  const known = { messages: [a, b, c], earlier: "before a" };
  const fresh = withNewest(known, { messages: [e, d, message("c", 3, "edited")], next: "before c" });
  assert.equal(ids(fresh), "abcde");
  assert.equal(fresh.messages[2]?.text, "edited");
  assert.equal(fresh.earlier, "before a");
});

test("a message deleted by an admin goes with the next refresh", () => {
  const known = { messages: [a, b, c, d], earlier: undefined };
  assert.equal(ids(withNewest(known, { messages: [d, b], next: "before b" })), "abd");
});

test("after so many new messages that a gap would be left, only the newest stay", () => {
  const known = { messages: [a, b], earlier: undefined };
  const fresh = withNewest(known, { messages: [e, d], next: "before d" });
  assert.equal(ids(fresh), "de");
  assert.equal(fresh.earlier, "before d");
});

test("a conversation emptied by an admin is empty", () => {
  assert.deepEqual(withNewest({ messages: [a], earlier: undefined }, { messages: [], next: undefined }), EMPTY);
});
