import ts from "typescript";

export interface TypePrinter {
  /** TypeScript source of a type. Throws for a type that has no business in a contract. */
  print(type: ts.Type, depth: number): string;
  /** Declares a name for a type; from now on `print` writes the name wherever the type occurs. */
  declare(name: string, type: ts.Type, doc: string): string;
}

interface Context {
  readonly checker: ts.TypeChecker;
  /** By how the type is written: equal types have equal texts, whoever inferred them. */
  readonly names: Map<string, string>;
}

export function createTypePrinter(checker: ts.TypeChecker): TypePrinter {
  const context: Context = { checker, names: new Map() };
  return {
    print: (type, depth) => print(context, type, depth),
    declare(name, type, doc) {
      const text = printBare(context, type, 0);
      context.names.set(normalise(text), name);
      const head = printComment(doc, "").map((line) => `${line}\n`);
      const declaration = text.startsWith("{")
        ? `export interface ${name} ${text}`
        : `export type ${name} =${text.startsWith("\n") ? "" : " "}${text};`;
      return [...head, declaration].join("");
    },
  };
}

/** Whether a type is worth a name: an object, or a union of words. */
export function deservesName(checker: ts.TypeChecker, type: ts.Type): boolean {
  if (type.isUnion()) return type.types.every((member) => member.isStringLiteral());
  if (type.isStringLiteral()) return true;
  if ((type.flags & ts.TypeFlags.Object) === 0 || checker.isArrayType(type)) return false;
  return type.symbol?.name !== "Date" && checker.getPropertiesOfType(type).length > 1;
}

/** Lines of a JSDoc comment, none for an empty text. */
export function printComment(text: string, indent: string): string[] {
  if (text === "") return [];
  const lines = text.split("\n").map((line) => line.trim());
  if (lines.length === 1) return [`${indent}/** ${text} */`];
  return [`${indent}/**`, ...lines.map((line) => `${indent} * ${line}`.trimEnd()), `${indent} */`];
}

const keywords = new Map<ts.TypeFlags, string>([
  [ts.TypeFlags.String, "string"],
  [ts.TypeFlags.Number, "number"],
  [ts.TypeFlags.BigInt, "bigint"],
  [ts.TypeFlags.Undefined, "undefined"],
  [ts.TypeFlags.Void, "void"],
  [ts.TypeFlags.Null, "null"],
  [ts.TypeFlags.Never, "never"],
]);

function print(context: Context, type: ts.Type, depth: number): string {
  const text = printBare(context, type, depth);
  return context.names.get(normalise(text)) ?? text;
}

function printBare(context: Context, type: ts.Type, depth: number): string {
  const { checker } = context;
  const keyword = keywords.get(type.flags);
  if (keyword !== undefined) return keyword;
  if (type.flags & ts.TypeFlags.Boolean) return "boolean";
  if (type.isUnion()) return printUnion(context, type, depth);
  if (type.isStringLiteral()) return JSON.stringify(type.value);
  if (type.isNumberLiteral()) return String(type.value);
  if (type.flags & ts.TypeFlags.BooleanLiteral) return checker.typeToString(type);
  if (checker.isArrayType(type)) {
    const item = printArgument(context, type, depth);
    return /^[\w.]+$/.test(item) ? `${item}[]` : `Array<${item}>`;
  }
  if (type.symbol?.name === "Date") return "Date";
  if (type.symbol?.name === "AsyncIterable") {
    return `AsyncIterable<${printArgument(context, type, depth)}, void, unknown>`;
  }
  if (type.flags & ts.TypeFlags.Object) return printObject(context, type, depth);
  throw refuse(checker, type);
}

function printArgument(context: Context, type: ts.Type, depth: number): string {
  const [argument] = context.checker.getTypeArguments(type as ts.TypeReference);
  if (argument === undefined) throw refuse(context.checker, type);
  return print(context, argument, depth);
}

function printUnion(context: Context, type: ts.UnionType, depth: number): string {
  const isAbsence = ({ flags }: ts.Type): boolean =>
    (flags & (ts.TypeFlags.Null | ts.TypeFlags.Undefined)) !== 0;
  const absences = type.types
    .filter(isAbsence)
    .map((member) => print(context, member, depth))
    .toSorted();
  // The compiler's own order changes with unrelated code, so it would make noise here.
  let members = type.types
    .filter((member) => !isAbsence(member))
    .map((member) => print(context, member, depth))
    .toSorted();
  if (members.includes("true") && members.includes("false")) {
    members = [...members.filter((text) => text !== "true" && text !== "false"), "boolean"];
  }
  const line = members.join(" | ");
  const indent = `\n${"  ".repeat(depth + 1)}`;
  const wide = line.length > 80 && !line.includes("\n");
  const present = wide ? members.map((text) => `${indent}| ${text}`).join("") : line;
  return [context.names.get(normalise(present)) ?? present, ...absences].join(" | ");
}

function printObject(context: Context, type: ts.Type, depth: number): string {
  const { checker } = context;
  if (type.getCallSignatures().length > 0 || type.getConstructSignatures().length > 0) {
    throw refuse(checker, type);
  }
  const indent = "  ".repeat(depth + 1);
  const lines = checker.getPropertiesOfType(type).flatMap((symbol) => {
    // Private members and symbols: an instance of some class.
    if (!/^[A-Za-z]\w*$/.test(symbol.name)) throw refuse(checker, type);
    const optional = symbol.flags & ts.SymbolFlags.Optional ? "?" : "";
    const doc = ts.displayPartsToString(symbol.getDocumentationComment(checker));
    const printed = print(context, checker.getTypeOfSymbol(symbol), depth + 1);
    const space = printed.startsWith("\n") ? "" : " ";
    return [...printComment(doc, indent), `${indent}${symbol.name}${optional}:${space}${printed};`];
  });
  const [index] = checker.getIndexInfosOfType(type);
  if (index !== undefined && lines.length === 0) {
    return `Record<${print(context, index.keyType, depth)}, ${print(context, index.type, depth)}>`;
  }
  if (index !== undefined || lines.length === 0) throw refuse(checker, type);
  return `{\n${lines.join("\n")}\n${"  ".repeat(depth)}}`;
}

/** Without indentation and comments. */
function normalise(text: string): string {
  return text
    .replace(/\/\*\*.*?\*\//gs, "")
    .replace(/\s+/g, " ")
    .trim();
}

function refuse(checker: ts.TypeChecker, type: ts.Type): Error {
  const text = checker.typeToString(type).slice(0, 200);
  return new Error(`This type is not for clients: ${text}. Give the procedure a plain output.`);
}
