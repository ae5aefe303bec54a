import { byId, make, makeButton } from "./dom.ts";
import { explain, type Problem } from "./problems.ts";

/** Say what went wrong, at once, with what can be done about it. */
export function alert(error: unknown, retry: () => void): void {
  console.error(error);
  const problem = explain(error, navigator.onLine);
  byId("notice").replaceChildren(make("p", { class: "note error" }, make("span", {}, problem.sentence), ...remedy(problem, retry)));
}

export function clearAlert(): void {
  byId("notice").replaceChildren();
}

/** Say something to screen readers when they are done with what they say. */
export function tell(sentence: string): void {
  byId("status").textContent = sentence;
}

export function remedy(problem: Problem, retry: () => void): HTMLElement[] {
  if (problem.remedy === "retry") return [makeButton("Try again", retry)];
  if (problem.remedy === "none") return [];
  return [make("a", { class: "button link", href: byId("notice").dataset["signIn"] }, "Sign in again")];
}
