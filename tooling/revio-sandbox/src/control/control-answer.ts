import { z } from "zod";
import { ApiError } from "../api/api-error.ts";
import type { SandboxContext } from "../api/operation.ts";

type ControlHandler = (context: SandboxContext, body: unknown) => unknown;

/** A control: JSON in, JSON out. A wrong request is 400 with the reasons, a refused one 409. */
export function control(handler: ControlHandler) {
  return async (context: SandboxContext): Promise<Response> => {
    const text = await context.req.text();
    try {
      const body: unknown = text.trim() === "" ? {} : JSON.parse(text);
      return Response.json((await handler(context, body)) ?? {});
    } catch (error) {
      if (error instanceof z.ZodError)
        return Response.json({ error: z.prettifyError(error) }, { status: 400 });
      if (error instanceof ApiError)
        return Response.json({ error: error.body }, { status: error.status });
      if (error instanceof SyntaxError)
        return Response.json({ error: "the body is not JSON" }, { status: 400 });
      throw error;
    }
  };
}

/** `?mode=live`, else test. */
export function modeOfQuery(context: SandboxContext): "test" | "live" {
  return context.req.query("mode") === "live" ? "live" : "test";
}
