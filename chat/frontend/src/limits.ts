/** Bytes of UTF-8 that a standard message may have (Amazon Chime SDK, "Message types"). */
export const CONTENT_BYTES_MAX = 4096;

const encoder = new TextEncoder();

/** How many bytes are left for a message; negative when it is too long. */
export function bytesLeft(text: string): number {
  return CONTENT_BYTES_MAX - encoder.encode(text).length;
}
