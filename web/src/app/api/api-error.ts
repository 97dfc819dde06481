// A refused or failed REST call, by its stable code (RFC 9457 with `code`).
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  /** Validation errors by field. */
  readonly fields: Readonly<Record<string, readonly string[]>>;

  constructor(code: string, status: number, fields: Readonly<Record<string, readonly string[]>> = {}) {
    super(code);
    this.name = 'ApiError';
    this.code = code;
    this.status = status;
    this.fields = fields;
  }

  static async from(response: Response): Promise<ApiError> {
    const problem = (await response.json().catch(() => null)) as { code?: unknown; errors?: unknown } | null;
    const code = typeof problem?.code === 'string' ? problem.code : codeOf(response.status);
    const fields = typeof problem?.errors === 'object' && problem.errors !== null ? problem.errors : {};
    return new ApiError(code, response.status, fields as Record<string, readonly string[]>);
  }
}

// What stood between us and the server (a proxy) may answer without a code.
function codeOf(status: number): string {
  if (status === 401) return 'unauthenticated';
  if (status === 403) return 'forbidden';
  if (status === 404) return 'not_found';
  if (status === 413) return 'too_large';
  if (status === 429) return 'rate_limited';
  return status >= 500 ? (status === 500 ? 'internal' : 'offline') : 'unknown';
}
