import { Refused } from "chime-portal-credentials";

/** What went wrong as a person is told it, and what they can do. */
export interface Problem {
  readonly sentence: string;
  readonly remedy: "retry" | "sign in" | "none";
}

interface ServiceError {
  name?: string;
  message?: string;
  $metadata?: { httpStatusCode?: number };
}

const EXPIRED = /ExpiredToken|UnrecognizedClient|InvalidClientTokenId/;

/** Whether AWS no longer takes these credentials, so that new ones may help. */
export function isExpired(error: unknown): boolean {
  const { name = "", message = "" } = (error ?? {}) as ServiceError;
  return EXPIRED.test(name) || /security token .* (expired|invalid)/i.test(message);
}

export function explain(error: unknown, online: boolean): Problem {
  if (error instanceof Refused) return explainRefusal(error);
  const status = (error as ServiceError | undefined)?.$metadata?.httpStatusCode;
  if (status === undefined) return unreachable(online);
  if (isExpired(error)) return { sentence: "Your chat session has run out. Try again, or sign in anew.", remedy: "sign in" };
  return explainStatus(status);
}

function explainRefusal({ status, message, retryAfter }: Refused): Problem {
  if (status === 401) return { sentence: "You are signed out. Copy what you have not sent yet, then sign in again.", remedy: "sign in" };
  if (status === 429) return { sentence: `Too many requests. Wait ${wait(retryAfter)}, then try again.`, remedy: "retry" };
  if (status >= 500) return { sentence: message || "The portal can’t reach Amazon Chime. Try again in a minute.", remedy: "retry" };
  return { sentence: message || "The portal does not let you into the chat. Ask an admin.", remedy: "retry" };
}

function explainStatus(status: number): Problem {
  if (status === 429) return { sentence: "Amazon Chime is busy. Wait a few seconds, then try again.", remedy: "retry" };
  if (status === 401 || status === 403)
    return { sentence: "Amazon Chime does not allow you this. You may no longer be a member of this channel; ask its moderator.", remedy: "none" };
  if (status === 404) return { sentence: "This channel no longer exists. Choose another one.", remedy: "none" };
  if (status >= 500) return { sentence: "Amazon Chime does not answer. Try again in a minute.", remedy: "retry" };
  return { sentence: "Amazon Chime did not understand the page. Reload it and try again.", remedy: "none" };
}

function unreachable(online: boolean): Problem {
  if (!online) return { sentence: "You are offline. Try again when you are connected.", remedy: "retry" };
  return { sentence: "The chat can’t be reached. Look at your connection, then try again.", remedy: "retry" };
}

function wait(seconds: number | undefined): string {
  if (seconds === undefined) return "a little";
  return seconds < 90 ? `${Math.ceil(seconds)} seconds` : `${Math.ceil(seconds / 60)} minutes`;
}
