import { make } from "./dom.ts";

const clock = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const date = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
const RECENT_DAYS = 180;

/** The time of day, with everything about it on hover and for programs. */
export function clockTime(moment: number): HTMLElement {
  return timeElement(moment, clock.format(moment));
}

/** The time of day if it was today, else the date. */
export function shortTime(moment: number): HTMLElement {
  return timeElement(moment, daysAgo(moment) === 0 ? clock.format(moment) : date.format(moment));
}

/** "Today", "Yesterday", the week-day and date, or long ago the date with its year. */
export function dayName(moment: number): string {
  const ago = daysAgo(moment);
  if (ago < 2) return capitalised(relative.format(-ago, "day"));
  return ago < RECENT_DAYS ? day.format(moment) : date.format(moment);
}

export function isSameDay(a: number, b: number): boolean {
  return new Date(a).toDateString() === new Date(b).toDateString();
}

function timeElement(moment: number, text: string): HTMLElement {
  return make("time", { datetime: new Date(moment).toISOString(), title: full.format(moment) }, text);
}

function daysAgo(moment: number): number {
  return Math.round((new Date().setHours(0, 0, 0, 0) - new Date(moment).setHours(0, 0, 0, 0)) / 86_400_000);
}

function capitalised(words: string): string {
  return words.charAt(0).toLocaleUpperCase() + words.slice(1);
}
