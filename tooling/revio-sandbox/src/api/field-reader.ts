import { isJsonObject, type Json, type JsonObject } from "../json.ts";
import { ApiError, type FieldError } from "./api-error.ts";

interface Common {
  required?: boolean;
  /** `null` is an answer (absent), not an error. */
  nullable?: boolean;
}

/**
 * Reads the fields of one request object and collects what is wrong with them in Revio's nested
 * form. Fields that nobody reads are ignored, as Revio ignores unknown fields.
 */
export class FieldReader {
  readonly source: JsonObject;
  readonly errors: JsonObject = {};

  constructor(source: JsonObject) {
    this.source = source;
  }

  fail(field: string, code: string, message: string): undefined {
    const list = this.errors[field];
    const error: FieldError = { message, code };
    this.errors[field] = Array.isArray(list) ? [...list, error] : [error];
    return undefined;
  }

  text(
    field: string,
    maxLength: number,
    options: Common & { blank?: boolean } = {},
  ): string | undefined {
    const value = this.present(field, options);
    if (value === undefined) return undefined;
    if (typeof value !== "string" && typeof value !== "number") {
      return this.fail(field, "invalid", "Not a valid string.");
    }
    const text = String(value);
    if (text === "" && options.blank === false) {
      return this.fail(field, "blank", "This field may not be blank.");
    }
    if (text.length > maxLength) {
      return this.fail(
        field,
        "max_length",
        `Ensure this field has no more than ${maxLength} characters.`,
      );
    }
    return text;
  }

  /** @param limits inclusive; `digits` also accepts integer strings, as payout amounts do */
  integer(
    field: string,
    limits: { min?: number; max?: number; digits?: boolean },
    options: Common = {},
  ): number | undefined {
    const value = this.present(field, options);
    if (value === undefined) return undefined;
    const fromDigits =
      limits.digits === true && typeof value === "string" && /^-?\d{1,18}$/.test(value);
    const number = fromDigits ? Number(value) : value;
    if (typeof number !== "number" || !Number.isInteger(number)) {
      return this.fail(field, "invalid", "A valid integer is required.");
    }
    const min = limits.min ?? Number.MIN_SAFE_INTEGER;
    const max = limits.max ?? Number.MAX_SAFE_INTEGER;
    if (number < min) {
      return this.fail(field, "min_value", `Ensure this value is greater than or equal to ${min}.`);
    }
    if (number > max) {
      return this.fail(field, "max_value", `Ensure this value is less than or equal to ${max}.`);
    }
    return number;
  }

  boolean(field: string): boolean | undefined {
    const value = this.present(field, {});
    if (value === undefined || typeof value === "boolean") return value;
    return this.fail(field, "invalid", "Must be a valid boolean.");
  }

  /** http(s) URL, or "". */
  url(field: string, options: Common = {}): string | undefined {
    const value = this.text(field, 500, options);
    if (value === undefined || value === "") return value;
    const parsed = URL.parse(value);
    if (parsed && /^https?:$/.test(parsed.protocol) && !/[<>'"\s]/.test(value)) return value;
    return this.fail(field, "invalid", "Enter a valid URL.");
  }

  choice<Choice extends string>(
    field: string,
    choices: readonly Choice[],
    options: Common = {},
  ): Choice | undefined {
    const value = this.present(field, options);
    if (value === undefined) return undefined;
    const chosen = choices.find((choice) => choice === value);
    if (chosen !== undefined) return chosen;
    return this.fail(field, "invalid_choice", `${JSON.stringify(value)} is not a valid choice.`);
  }

  /** Decimal string or number with at most `places` decimals, as text. */
  decimal(field: string, places: number): string | undefined {
    const value = this.present(field, {});
    if (value === undefined) return undefined;
    const text = typeof value === "object" ? "" : String(value);
    if (!/^-?\d{1,12}(\.\d+)?$/.test(text)) {
      return this.fail(field, "invalid", "A valid number is required.");
    }
    if ((text.split(".")[1] ?? "").length > places) {
      return this.fail(
        field,
        "max_decimal_places",
        `Ensure that there are no more than ${places} decimal places.`,
      );
    }
    if (text.startsWith("-")) {
      return this.fail(field, "min_value", "Ensure this value is greater than or equal to 0.");
    }
    return text;
  }

  object(field: string, options: Common = {}): JsonObject | undefined {
    const value = this.present(field, options);
    if (value === undefined || isJsonObject(value)) return value;
    return this.fail(field, "invalid", "Invalid data. Expected a dictionary.");
  }

  list(field: string, options: Common = {}): Json[] | undefined {
    const value = this.present(field, options);
    if (value === undefined || Array.isArray(value)) return value;
    return this.fail(field, "not_a_list", "Expected a list of items.");
  }

  /** Moves the errors of a nested object under `field`. */
  nest(field: string, errors: Json): void {
    const empty = Array.isArray(errors)
      ? errors.every((item) => isJsonObject(item) && Object.keys(item).length === 0)
      : isJsonObject(errors) && Object.keys(errors).length === 0;
    if (!empty) this.errors[field] = errors;
  }

  /** @throws ApiError 400 with every error found */
  finish(): void {
    if (Object.keys(this.errors).length > 0) throw new ApiError(400, this.errors);
  }

  private present(field: string, options: Common): Json | undefined {
    const value = Object.hasOwn(this.source, field) ? this.source[field] : undefined;
    if (value === undefined) {
      return options.required ? this.fail(field, "required", "This field is required.") : undefined;
    }
    if (value !== null) return value;
    return options.nullable || !options.required
      ? undefined
      : this.fail(field, "null", "This field may not be null.");
  }
}
