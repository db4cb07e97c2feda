"use client";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { Tabs } from "../../../components/ui/tabs.tsx";
import { CallsList } from "./calls-list.tsx";
import { DeliveriesList } from "./deliveries-list.tsx";
import { EventsList } from "./events-list.tsx";

const sections = ["events", "deliveries", "calls"] as const;

export function WebhookTabs() {
  const [section, setSection] = useQueryState(
    "show",
    parseAsStringLiteral(sections).withDefault("events").withOptions({ history: "push" }),
  );
  return (
    <Tabs
      value={section}
      // Each section has filters and pages of its own.
      onChange={(next) => {
        window.history.replaceState(null, "", window.location.pathname);
        void setSection(sections.find((one) => one === next) ?? "events");
      }}
      tabs={[
        { value: "events", label: "Events", content: <EventsList /> },
        { value: "deliveries", label: "Deliveries", content: <DeliveriesList /> },
        { value: "calls", label: "Calls to Revio", content: <CallsList /> },
      ]}
    />
  );
}
