import { answerWebhook } from "../../../http/answer-webhook.ts";
import { getWebServices } from "../../../web-services.ts";

export const dynamic = "force-dynamic";

export async function POST(request: Request): Promise<Response> {
  return answerWebhook(request, await getWebServices());
}
