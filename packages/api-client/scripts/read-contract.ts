import { fileURLToPath } from "node:url";
import ts from "typescript";
import { createTypePrinter, deservesName, printComment, type TypePrinter } from "./print-type.ts";

const apiFolder = fileURLToPath(new URL("../../../apps/api", import.meta.url));
const routerFile = `${apiFolder}/src/trpc/partner/router.ts`;
/** Schemas in these files give types their names: `depositOutput` is published as `Deposit`. */
const namingFiles = ["input", "outputs"].map((name) => `${apiFolder}/src/trpc/wire/${name}.ts`);
const errorsFile = `${apiFolder}/src/trpc/errors.ts`;

/**
 * The contract between the API and its clients as one TypeScript module: every procedure with its input and output written
 * out in plain types. Nothing of the server can leak into it, because a type that is neither plain nor named here makes the
 * printer throw.
 */
export function readContract(): string {
  const program = createApiProgram();
  const checker = program.getTypeChecker();
  const printer = createTypePrinter(checker);
  const declarations = [
    nameErrorData(program, checker, printer),
    ...nameSchemas(program, checker, printer),
  ];

  const router = exportedType(program, checker, routerFile, "partnerRouter");
  const def = property(checker, router, "_def");
  const record = property(checker, def, "record");
  const types = property(checker, property(checker, def, "_config"), "$types");
  const errorShape = printer.print(property(checker, types, "errorShape"), 1);

  return [
    "// Written by `pnpm --filter @revio-wallet/api-client generate:contract` from the API's router. Do not edit.",
    "import type {",
    "  TRPCBuiltRouter,",
    "  TRPCMutationProcedure,",
    "  TRPCQueryProcedure,",
    "  TRPCSubscriptionProcedure,",
    '} from "@trpc/server";',
    "",
    ...declarations.toSorted((a, b) => a.name.localeCompare(b.name)).map(({ text }) => `${text}\n`),
    "/** Every procedure of the API. Context and meta of the server are of no concern to a client. */",
    "export type AppRouter = TRPCBuiltRouter<",
    `  { ctx: object; meta: object; errorShape: ${errorShape}; transformer: true },`,
    `  ${printRecord(checker, printer, record, 1)}`,
    ">;",
    "",
  ].join("\n");
}

function createApiProgram(): ts.Program {
  const configFile = `${apiFolder}/tsconfig.json`;
  const read = ts.readConfigFile(configFile, (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(read.config, ts.sys, apiFolder);
  return ts.createProgram({
    rootNames: [routerFile, ...namingFiles, errorsFile],
    options: { ...options, noEmit: true },
  });
}

function sourceFile(program: ts.Program, path: string): ts.SourceFile {
  const file = program.getSourceFile(path);
  if (file === undefined) throw new Error(`${path} cannot be read`);
  return file;
}

function exportedType(
  program: ts.Program,
  checker: ts.TypeChecker,
  path: string,
  name: string,
): ts.Type {
  const file = sourceFile(program, path);
  const module = checker.getSymbolAtLocation(file);
  const symbol = module && checker.tryGetMemberInModuleExports(name, module);
  if (symbol === undefined) throw new Error(`${path} does not export ${name}`);
  return symbol.flags & ts.SymbolFlags.Interface
    ? checker.getDeclaredTypeOfSymbol(symbol)
    : checker.getTypeOfSymbolAtLocation(symbol, file);
}

function property(checker: ts.TypeChecker, type: ts.Type, name: string): ts.Type {
  const symbol = checker.getPropertyOfType(type, name);
  if (symbol === undefined) {
    throw new Error(`${checker.typeToString(type).slice(0, 100)} has no property ${name}`);
  }
  return checker.getTypeOfSymbol(symbol);
}

interface Declaration {
  readonly name: string;
  readonly text: string;
}

function nameErrorData(
  program: ts.Program,
  checker: ts.TypeChecker,
  printer: TypePrinter,
): Declaration {
  const type = exportedType(program, checker, errorsFile, "ErrorData");
  const codes = checker.getPropertyOfType(type, "appCode");
  if (codes === undefined) throw new Error("ErrorData has no appCode");
  const union = printer.declare(
    "ErrorCode",
    checker.getTypeOfSymbol(codes),
    "Switch on this, never on a text.",
  );
  const data = printer.declare("ErrorData", type, "What `error.data` holds.");
  return { name: "ErrorData", text: `${union}\n\n${data}` };
}

/** A declaration for each schema of the wire files whose type is an object or a union of words. */
function nameSchemas(
  program: ts.Program,
  checker: ts.TypeChecker,
  printer: TypePrinter,
): Declaration[] {
  const constants = namingFiles.flatMap((path) =>
    sourceFile(program, path).statements.filter(ts.isVariableStatement),
  );
  const schemas = constants.flatMap((statement) =>
    statement.declarationList.declarations.flatMap((node) => {
      const symbol = ts.isIdentifier(node.name)
        ? checker.getSymbolAtLocation(node.name)
        : undefined;
      const output =
        symbol && checker.getPropertyOfType(checker.getTypeOfSymbol(symbol), "_output");
      if (symbol === undefined || output === undefined) return [];
      return [{ symbol, type: checker.getTypeOfSymbol(output) }];
    }),
  );
  return schemas
    .filter(({ type }) => deservesName(checker, type))
    .map(({ symbol, type }) => {
      const name = publishedName(symbol.name);
      const doc = ts.displayPartsToString(symbol.getDocumentationComment(checker));
      return { name, text: printer.declare(name, type, doc) };
    });
}

/** "depositOutput" → "Deposit" */
function publishedName(constant: string): string {
  const stem = constant.replace(/Output$/, "");
  return `${stem.charAt(0).toUpperCase()}${stem.slice(1)}`;
}

const wrappers: Readonly<Record<string, string>> = {
  query: "TRPCQueryProcedure",
  mutation: "TRPCMutationProcedure",
  subscription: "TRPCSubscriptionProcedure",
};

/** Routers and procedures in the order of the router's file. */
function printRecord(
  checker: ts.TypeChecker,
  printer: TypePrinter,
  record: ts.Type,
  depth: number,
): string {
  const indent = "  ".repeat(depth + 1);
  const lines = checker.getPropertiesOfType(record).map((symbol) => {
    const type = checker.getTypeOfSymbol(symbol);
    const def = checker.getPropertyOfType(type, "_def");
    if (def === undefined) {
      return `${indent}${symbol.name}: ${printRecord(checker, printer, type, depth + 1)};`;
    }
    const definition = checker.getTypeOfSymbol(def);
    const kind = property(checker, definition, "type");
    const wrapper = kind.isStringLiteral() ? wrappers[kind.value] : undefined;
    if (wrapper === undefined) throw new Error(`${symbol.name} is no known kind of procedure`);
    const types = property(checker, definition, "$types");
    const inner = "  ".repeat(depth + 2);
    return [
      ...printComment(procedureDoc(checker, symbol), indent),
      `${indent}${symbol.name}: ${wrapper}<{`,
      `${inner}input: ${printer.print(property(checker, types, "input"), depth + 2)};`,
      `${inner}output: ${printer.print(property(checker, types, "output"), depth + 2)};`,
      `${inner}meta: object;`,
      `${indent}}>;`,
    ].join("\n");
  });
  return `{\n${lines.join("\n")}\n${"  ".repeat(depth)}}`;
}

/** The comment above the constant that the router's property refers to. */
function procedureDoc(checker: ts.TypeChecker, symbol: ts.Symbol): string {
  const [node] = symbol.declarations ?? [];
  let target: ts.Symbol | undefined;
  if (node && ts.isPropertyAssignment(node)) target = checker.getSymbolAtLocation(node.initializer);
  if (node && ts.isShorthandPropertyAssignment(node)) {
    target = checker.getShorthandAssignmentValueSymbol(node);
  }
  if (target && target.flags & ts.SymbolFlags.Alias) target = checker.getAliasedSymbol(target);
  return ts.displayPartsToString(target?.getDocumentationComment(checker));
}
