/** What the page tells its script: where to exchange the session for credentials, and the session's CSRF token. */
export interface Configuration {
  readonly exchange: string;
  readonly csrfToken: string;
}

export function readConfiguration(): Configuration {
  return JSON.parse(document.getElementById("configuration")?.textContent ?? "") as Configuration;
}
