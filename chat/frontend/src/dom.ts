type Attributes = Record<string, string | boolean | undefined>;

/** The element of the page with this id; its absence is a fault of the template. */
export function byId<E extends HTMLElement = HTMLElement>(id: string): E {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`The page has no #${id}.`);
  return element as E;
}

/** Make an element. Children given as strings become text, never markup. */
export function make(tag: string, attributes: Attributes = {}, ...children: (Node | string)[]): HTMLElement {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

export function makeButton(text: string, press: () => void, kind = "link"): HTMLElement {
  const button = make("button", { type: "button", class: `button ${kind}` }, text);
  button.addEventListener("click", press);
  return button;
}

/** Whether list and conversation are two screens, as on a phone; the same width as in chat.css. */
export function isNarrow(): boolean {
  return matchMedia("(max-width: 47.99rem)").matches;
}
