import { answerExport } from "../../../../http/answer-export.ts";
import { notFoundAnswer } from "../../../../http/error-answer.ts";
import { operatorCredentials } from "../../../../http/operator-credentials.ts";
import { getWebServices } from "../../../../web-services.ts";

export const dynamic = "force-dynamic";

export async function POST(request: Request): Promise<Response> {
  const services = await getWebServices();
  const credentials = operatorCredentials(request.headers, services.env.INTERNAL_API_TOKEN);
  if (credentials === undefined) return notFoundAnswer();
  return answerExport(request, { credentials, services });
}
