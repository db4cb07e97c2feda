import type { Metadata } from "next";
import { AcceptInvite } from "./accept-invite.tsx";

export const metadata: Metadata = { title: "Invitation" };

/** The token stands behind the `#` of the link: no server on the way, and no log, ever sees it. */
export default function InvitePage() {
  return <AcceptInvite />;
}
