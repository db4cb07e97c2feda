import type { Json, JsonObject } from "../json.ts";

export interface FieldError extends JsonObject {
  message: string;
  code: string;
}

/** An answer other than success, in Revio's array form: field → list of `{message, code}`. */
export class ApiError extends Error {
  readonly status: number;
  readonly body: Json;

  constructor(status: number, body: Json) {
    super(`Revio sandbox answers ${status}: ${JSON.stringify(body)}`);
    this.name = "ApiError";
    this.status = status;
    this.body = body;
  }
}

/** Error tied to no field. */
export function generalError(code: string, message: string, status = 400): ApiError {
  return new ApiError(status, { __all__: [{ message, code }] });
}

export function fieldError(field: string, code: string, message: string): ApiError {
  return new ApiError(400, { [field]: [{ message, code }] });
}

export function notFound(): ApiError {
  return generalError("not_found", "Not found.", 404);
}

export function methodNotAllowed(method: string): ApiError {
  return generalError("method_not_allowed", `Method "${method}" not allowed.`, 405);
}

export function incorrectKey(): ApiError {
  return generalError("authentication_failed", "Incorrect secret_key", 401);
}
