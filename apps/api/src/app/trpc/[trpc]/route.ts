import { answerTrpc, bearerToken } from "../../../http/answer-trpc.ts";
import { corsHeaders, preflightResponse } from "../../../http/cors.ts";
import { partnerRouter } from "../../../trpc/partner/router.ts";
import { getWebServices } from "../../../web-services.ts";

export const dynamic = "force-dynamic";

async function handle(request: Request): Promise<Response> {
  const services = await getWebServices();
  const answer = await answerTrpc(request, {
    router: partnerRouter,
    endpoint: "/trpc",
    credentials: { kind: "partner", accessToken: bearerToken(request.headers) },
    services,
  });
  const cors = corsHeaders(request.headers.get("origin"), services.env.ALLOWED_ORIGINS);
  for (const [name, value] of Object.entries(cors)) answer.headers.append(name, value);
  return answer;
}

export { handle as GET, handle as POST };

export async function OPTIONS(request: Request): Promise<Response> {
  const { env } = await getWebServices();
  return preflightResponse(request.headers.get("origin"), env.ALLOWED_ORIGINS);
}
