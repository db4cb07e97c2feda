import { answerTrpc } from "../../../../http/answer-trpc.ts";
import { notFoundAnswer } from "../../../../http/error-answer.ts";
import { operatorCredentials } from "../../../../http/operator-credentials.ts";
import { operatorRouter } from "../../../../trpc/operator/router.ts";
import { getWebServices } from "../../../../web-services.ts";

export const dynamic = "force-dynamic";

async function handle(request: Request): Promise<Response> {
  const services = await getWebServices();
  const credentials = operatorCredentials(request.headers, services.env.INTERNAL_API_TOKEN);
  if (credentials === undefined) return notFoundAnswer();
  return answerTrpc(request, {
    router: operatorRouter,
    endpoint: "/internal/trpc",
    credentials,
    services,
  });
}

function refuse(): Response {
  return notFoundAnswer();
}

export {
  handle as GET,
  handle as POST,
  refuse as OPTIONS,
  refuse as PUT,
  refuse as PATCH,
  refuse as DELETE,
};
