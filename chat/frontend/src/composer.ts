import { byId } from "./dom.ts";
import { bytesLeft, CONTENT_BYTES_MAX } from "./limits.ts";

const HINT = "Enter sends, Shift+Enter starts a new line.";
const NEARLY_FULL_BYTES = 500;
const TOO_LONG = `This is too long: a message has room for ${CONTENT_BYTES_MAX.toLocaleString()} bytes, of which an emoji takes four or more.`;

/** The field a message is written in. */
export class Composer {
  readonly #form = byId<HTMLFormElement>("composer");
  readonly #field = byId<HTMLTextAreaElement>("text");

  constructor(send: (text: string) => void) {
    this.#field.addEventListener("input", () => this.#judge());
    this.#field.addEventListener("keydown", (event) => {
      // While an input method composes a word, Enter belongs to it.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#form.requestSubmit();
    });
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = this.text.trim();
      if (text === "" || !this.#judge()) return this.focus();
      this.text = "";
      send(text);
    });
  }

  get text(): string {
    return this.#field.value;
  }

  set text(text: string) {
    this.#field.value = text;
    this.#judge();
  }

  focus(): void {
    this.#field.focus();
  }

  #judge(): boolean {
    const left = bytesLeft(this.text.trim());
    const problem = left < 0 ? TOO_LONG : "";
    byId("text-hint").textContent = left < NEARLY_FULL_BYTES ? room(left) : HINT;
    // A live region speaks when it is written to, so it is written to only when there is news.
    if (byId("text-problem").textContent !== problem) byId("text-problem").textContent = problem;
    this.#field.setAttribute("aria-invalid", String(left < 0));
    return left >= 0;
  }
}

function room(left: number): string {
  return left < 0 ? `${(-left).toLocaleString()} bytes too many.` : `${left.toLocaleString()} bytes left.`;
}
