/** What went wrong with a request, in the server's own words where it gave any (problem+json, RFC 9457). */
export class ApiError extends Error {
  /** HTTP status; 0 where no answer came. */
  readonly status: number;
  readonly title: string;
  /** Names the request in the server's log. */
  readonly request: string | undefined;

  constructor(status: number, title: string, detail: string, request?: string) {
    super(detail);
    this.name = "ApiError";
    this.status = status;
    this.title = title;
    this.request = request;
  }
}

const BASE = "/api/v1";

type Params = Record<string, string | number | undefined>;

function address(path: string, params?: Params): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(params ?? {})) {
    if (value !== undefined && value !== "") search.set(name, String(value));
  }
  const query = search.toString();
  return BASE + path + (query ? `?${query}` : "");
}

async function failure(response: Response): Promise<ApiError> {
  let problem: { title?: unknown; detail?: unknown; request?: unknown; request_id?: unknown } = {};
  try {
    problem = await response.json();
  } catch {
    // Not JSON: the status alone has to do.
  }
  const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
  const title = text(problem.title) ?? `The server answered ${response.status}`;
  const request =
    text(problem.request) ?? text(problem.request_id) ?? response.headers.get("x-request-id") ?? undefined;
  return new ApiError(response.status, title, text(problem.detail) ?? title, request);
}

async function send<T>(url: string, init: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await fetch(url, { credentials: "same-origin", ...init });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError(0, "No answer", "The server could not be reached.");
  }
  if (!response.ok) throw await failure(response);
  return (await response.json()) as T;
}

const ACCEPT = { accept: "application/json, application/problem+json" };

export function get<T>(path: string, params?: Params, signal?: AbortSignal): Promise<T> {
  return send<T>(address(path, params), { headers: ACCEPT, ...(signal ? { signal } : {}) });
}

export function post<T>(path: string, body: unknown = {}): Promise<T> {
  return send<T>(address(path), {
    method: "POST",
    headers: { ...ACCEPT, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

export function postForm<T>(path: string, form: FormData, signal?: AbortSignal): Promise<T> {
  return send<T>(address(path), { method: "POST", headers: ACCEPT, body: form, ...(signal ? { signal } : {}) });
}
