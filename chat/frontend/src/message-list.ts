import { byId, make, makeButton } from "./dom.ts";
import { remedy } from "./notice.ts";
import { explain } from "./problems.ts";
import type { Outgoing, Room } from "./room.ts";
import { clockTime, dayName, isSameDay } from "./times.ts";
import type { Message } from "./timeline.ts";

/** Messages of one person this close together stand under one name. Milliseconds. */
const TOGETHER_MS = 5 * 60_000;
const NEAR_END_PX = 80;

interface Line {
  readonly senderArn: string;
  readonly at: number;
  readonly element: HTMLElement;
}

/** Show a room's messages; the reader's place is kept, or its end when that is what they see. */
export function showMessages(room: Room, me: string): void {
  const scroll = byId("scroll");
  const wasNearEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR_END_PX;
  const fromEnd = scroll.scrollHeight - scroll.scrollTop;
  const lines = [
    ...room.timeline.messages.map((message) => messageLine(message, me)),
    ...room.outbox.map((outgoing) => outgoingLine(outgoing, room, me)),
  ];
  byId("messages").replaceChildren(...withDays(lines));
  byId("earlier").hidden = room.timeline.earlier === undefined;
  byId("no-messages").hidden = !room.isLoaded || lines.length > 0;
  scroll.scrollTop = scroll.scrollHeight - (wasNearEnd ? 0 : fromEnd);
}

export function scrollToEnd(): void {
  const scroll = byId("scroll");
  scroll.scrollTop = scroll.scrollHeight;
}

function withDays(lines: readonly Line[]): HTMLElement[] {
  return lines.flatMap((line, index) => {
    const before = lines[index - 1];
    const isNewDay = before === undefined || !isSameDay(before.at, line.at);
    const goesOn = !isNewDay && before.senderArn === line.senderArn && line.at - before.at < TOGETHER_MS;
    line.element.classList.toggle("goes-on", goesOn);
    return isNewDay ? [make("li", { class: "day" }, dayName(line.at)), line.element] : [line.element];
  });
}

function messageLine(message: Message, me: string): Line {
  const isMine = message.senderArn === me;
  const text = message.removed ? make("p", { class: "text quiet" }, "This message was removed.") : body(message.text);
  const head = heading(isMine ? undefined : message.senderName, message.createdAt);
  if (message.edited && !message.removed) head.append(" ", make("span", {}, "(edited)"));
  return {
    senderArn: message.senderArn,
    at: message.createdAt,
    element: make("li", { class: isMine ? "message mine" : "message", "data-id": message.id }, head, text),
  };
}

function outgoingLine(outgoing: Outgoing, room: Room, me: string): Line {
  const line = make("li", { class: `message mine ${outgoing.state}` }, heading(undefined, outgoing.at), body(outgoing.text));
  if (outgoing.state === "sending") line.append(make("p", { class: "small quiet" }, "Sending…"));
  if (outgoing.state === "failed") line.append(failure(outgoing, room));
  return { senderArn: me, at: outgoing.at, element: line };
}

function failure(outgoing: Outgoing, room: Room): HTMLElement {
  const problem = explain(outgoing.error, navigator.onLine);
  return make(
    "div",
    { class: "failure small", role: "alert" },
    make("p", {}, `Not sent. ${problem.sentence}`),
    ...remedy(problem, () => goOn(() => void room.deliver(outgoing))),
    makeButton("Discard", () => goOn(() => room.discard(outgoing))),
  );
}

/** Do what a button says that is about to vanish; the keyboard goes on in the field below. */
function goOn(act: () => void): void {
  act();
  byId("text").focus();
}

function heading(name: string | undefined, at: number): HTMLElement {
  return make("p", { class: "head small quiet" }, make("bdi", { class: "name" }, name ?? "You"), " ", clockTime(at));
}

function body(text: string): HTMLElement {
  return make("p", { class: "text", dir: "auto" }, text);
}
