export interface Message {
  readonly id: string;
  readonly senderArn: string;
  readonly senderName: string;
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly edited: boolean;
  readonly removed: boolean;
}

/** Messages in any order, and the token of the page before them, if there is one. */
export interface Page {
  readonly messages: readonly Message[];
  readonly next: string | undefined;
}

/** A stretch of a conversation without gaps, oldest message first, up to the newest known. */
export interface Timeline {
  readonly messages: readonly Message[];
  /** The token of the page before; undefined at the beginning of the conversation. */
  readonly earlier: string | undefined;
}

export const EMPTY: Timeline = { messages: [], earlier: undefined };

/** Take in the newest page: what it knows better replaces what was known; a gap drops the older part. */
export function withNewest(known: Timeline, page: Page): Timeline {
  const fresh = ordered(page.messages);
  const oldest = fresh[0];
  const ids = new Set(fresh.map((message) => message.id));
  const touches = known.messages.some((message) => ids.has(message.id));
  if (oldest === undefined || page.next === undefined || !touches) return { messages: fresh, earlier: page.next };
  const before = known.messages.filter((message) => compare(message, oldest) < 0);
  return { messages: [...before, ...fresh], earlier: before.length > 0 ? known.earlier : page.next };
}

/** Put an earlier page in front. */
export function withEarlier(known: Timeline, page: Page): Timeline {
  const ids = new Set(known.messages.map((message) => message.id));
  const unknown = page.messages.filter((message) => !ids.has(message.id));
  return { messages: ordered([...unknown, ...known.messages]), earlier: page.next };
}

function ordered(messages: readonly Message[]): Message[] {
  return [...messages].sort(compare);
}

function compare(a: Message, b: Message): number {
  return a.createdAt - b.createdAt || (a.id < b.id ? -1 : Number(a.id > b.id));
}
