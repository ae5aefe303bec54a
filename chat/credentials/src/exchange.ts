/** What the portal gives for a session: credentials that act as one app instance user, and where to use them. */
export interface Grant {
  readonly name: string;
  readonly userArn: string;
  readonly appInstanceArn: string;
  readonly region: string;
  readonly endpoint: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken: string };
  /** Milliseconds since 1970 on this device's clock, like renewAfter. */
  readonly expiresAt: number;
  readonly renewAfter: number;
  /** Milliseconds by which the portal's clock is ahead of this device's. */
  readonly clockOffset: number;
}

interface Answer {
  user: { username: string; display_name: string };
  app_instance_arn: string;
  app_instance_user_arn: string;
  region: string;
  endpoints: { messaging: string };
  credentials: { AccessKeyId: string; SecretAccessKey: string; SessionToken: string; Expiration: string };
  renew_after: string;
}

/** Who asks: the session of this browser, on the portal's own pages, or whoever a token speaks for. */
export type Proof = { readonly csrfToken: string } | { readonly bearer: () => string | Promise<string> };

/** The portal said no (RFC 9457); the message is the portal's sentence, which is safe to show. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    sentence: string,
    /** Seconds after which asking again makes sense. */
    readonly retryAfter: number | undefined,
  ) {
    super(sentence);
  }

  /** Whether asking again later can't help, so that credentials still in hand are to be dropped. */
  get final(): boolean {
    return this.status === 401 || this.status === 403 || this.status === 404;
  }
}

const PATIENCE_MS = 20_000;

/** Exchange a proof for credentials. Throws Refused, or what fetch throws when the portal can't be reached. */
export async function exchange(url: string, proof: Proof): Promise<Grant> {
  const shown = "bearer" in proof ? { authorization: `Bearer ${await proof.bearer()}` } : { "x-csrftoken": proof.csrfToken };
  const response = await fetch(url, {
    method: "POST",
    credentials: "bearer" in proof ? "omit" : "same-origin",
    headers: { "content-type": "application/json", ...shown },
    body: "{}",
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  if (!response.ok) throw await refusal(response);
  return grant((await response.json()) as Answer, clockOffset(response.headers.get("date"), Date.now()));
}

export function grant(answer: Answer, clockOffset: number): Grant {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer.credentials;
  return {
    name: answer.user.display_name || answer.user.username,
    userArn: answer.app_instance_user_arn,
    appInstanceArn: answer.app_instance_arn,
    region: answer.region,
    endpoint: answer.endpoints.messaging,
    credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken },
    expiresAt: Date.parse(Expiration) - clockOffset,
    renewAfter: Date.parse(answer.renew_after) - clockOffset,
    clockOffset,
  };
}

/** A device's clock may be hours off; credentials must neither look expired nor good for ever because of it. */
export function clockOffset(date: string | null, now: number): number {
  return date === null || Number.isNaN(Date.parse(date)) ? 0 : Date.parse(date) - now;
}

async function refusal(response: Response): Promise<Refused> {
  const retryAfter = Number(response.headers.get("retry-after")) || undefined;
  const problem = (await response.json().catch(() => ({}))) as { detail?: string };
  return new Refused(response.status, problem.detail ?? "", retryAfter);
}
