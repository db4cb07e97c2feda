import { checkReadiness } from "../../../readiness.ts";
import { getWebServices } from "../../../web-services.ts";

export const dynamic = "force-dynamic";

/** Whether requests may be sent here. */
export async function GET(): Promise<Response> {
  const readiness = await checkReadiness(await getWebServices());
  return Response.json(readiness, { status: readiness.ready ? 200 : 503 });
}
