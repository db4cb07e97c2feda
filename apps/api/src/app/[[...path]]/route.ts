import { notFoundAnswer } from "../../http/error-answer.ts";

export const dynamic = "force-dynamic";

function refuse(): Response {
  return notFoundAnswer();
}

export {
  refuse as GET,
  refuse as POST,
  refuse as PUT,
  refuse as PATCH,
  refuse as DELETE,
  refuse as OPTIONS,
};
