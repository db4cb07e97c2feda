import { FieldReader } from "../api/field-reader.ts";
import { isJsonObject, type Json, type JsonObject } from "../json.ts";
import { lineTotal, printDecimal, scaledDecimal } from "../money.ts";
import type { ProductLine, PurchaseDetails } from "./purchase-document.ts";

const currencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf("currency"));

interface Line {
  product: ProductLine;
  totalMinor: bigint;
}

/**
 * Reads `purchase` of a create request and computes `total`.
 *
 * @returns the details with Revio's defaults, and the errors in nested form
 */
export function readPurchaseDetails(source: JsonObject): {
  details: PurchaseDetails;
  errors: JsonObject;
} {
  const reader = new FieldReader(source);
  const currency = reader.text("currency", 3) ?? "ZAR";
  if (!currencies.has(currency)) {
    reader.fail("currency", "invalid_choice", `${JSON.stringify(currency)} is not a valid choice.`);
  }
  const lines = readLines(reader);
  const debt = reader.integer("debt", { min: 0 }) ?? 0;
  const totalOverride = reader.integer("total_override", { min: 0 }) ?? null;
  const computed = lines.reduce((sum, line) => sum + line.totalMinor, BigInt(debt));
  const totalMinor = totalOverride === null ? computed : BigInt(totalOverride);
  const total = Number(totalMinor);
  if (!Number.isSafeInteger(total)) {
    reader.fail(
      "total",
      "max_value",
      `Ensure this value is less than or equal to ${Number.MAX_SAFE_INTEGER}.`,
    );
  }
  const metadata = reader.object("metadata") ?? {};
  if (JSON.stringify(metadata).length > 10_000) {
    reader.fail("metadata", "max_length", "Ensure this field has no more than 10000 characters.");
  }
  const timezone = reader.text("timezone", 64) ?? "UTC";
  if (!isTimezone(timezone)) {
    reader.fail("timezone", "invalid_choice", `${JSON.stringify(timezone)} is not a valid choice.`);
  }
  const details: PurchaseDetails = {
    currency,
    products: lines.map((line) => line.product),
    total,
    language: reader.text("language", 2) ?? "en",
    notes: reader.text("notes", 10_000) ?? "",
    debt,
    subtotal_override: reader.integer("subtotal_override", { min: 0 }) ?? null,
    total_tax_override: reader.integer("total_tax_override", { min: 0 }) ?? null,
    total_discount_override: reader.integer("total_discount_override", { min: 0 }) ?? null,
    total_override: totalOverride,
    request_client_details: (reader.list("request_client_details") ?? []).filter(
      (item) => typeof item === "string",
    ),
    timezone,
    due_strict: reader.boolean("due_strict") ?? false,
    single_attempt: reader.boolean("single_attempt") ?? false,
    email_message: reader.text("email_message", 256) ?? "",
    shipping_options: [],
    payment_method_details: reader.object("payment_method_details") ?? {},
    metadata,
  };
  return { details, errors: reader.errors };
}

export function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

function readLines(reader: FieldReader): Line[] {
  const list = reader.list("products", { required: true });
  if (list?.length === 0) {
    reader.fail("products", "min_length", "Ensure this field has at least 1 elements.");
  }
  const read = (list ?? []).map((item) => readLine(item));
  reader.nest(
    "products",
    read.map(({ errors }) => errors),
  );
  return read.map(({ line }) => line);
}

function readLine(item: Json): { line: Line; errors: JsonObject } {
  const reader = new FieldReader(isJsonObject(item) ? item : {});
  const price = reader.integer("price", {}, { required: true }) ?? 0;
  const quantityScaled = scaledDecimal(reader.decimal("quantity", 4) ?? "1", 4);
  const taxPercentScaled = scaledDecimal(reader.decimal("tax_percent", 2) ?? "0", 2);
  if (taxPercentScaled > 10_000n) {
    reader.fail("tax_percent", "max_value", "Ensure this value is less than or equal to 100.");
  }
  const discount = reader.integer("discount", {}) ?? 0;
  const override = reader.integer("total_price_override", {}) ?? null;
  const { subtotalIsNegative, totalMinor } = lineTotal({
    priceMinor: BigInt(price),
    quantityScaled,
    discountMinor: BigInt(discount),
    taxPercentScaled,
    totalOverrideMinor: override === null ? null : BigInt(override),
  });
  // Rejected even when an override would hide the negative line.
  if (subtotalIsNegative || totalMinor < 0n) {
    reader.fail("__all__", "product_subtotal_negative", "Product subtotal must not be negative.");
  }
  const product: ProductLine = {
    name: reader.text("name", 256, { required: true, blank: false }) ?? "",
    price,
    category: reader.text("category", 256) ?? "",
    discount,
    quantity: printDecimal(quantityScaled, 4),
    tax_percent: printDecimal(taxPercentScaled, 2),
    total_price_override: override,
  };
  return { line: { product, totalMinor }, errors: reader.errors };
}
