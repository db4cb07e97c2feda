import { isIPv4, isIPv6 } from "node:net";

/** Rate-limit key of a caller: an IPv4 address, or the /64 that a single IPv6 household may draw addresses from. */
export function addressKey(ipAddress: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ipAddress)?.[1];
  const address = mapped ?? ipAddress;
  if (isIPv4(address)) return address;
  if (!isIPv6(address)) return "unknown";
  const [head = "", tail] = address.toLowerCase().replace(/%.*$/, "").split("::");
  const left = groups(head);
  const right = tail === undefined ? [] : groups(tail);
  const zeros = Array.from({ length: Math.max(8 - left.length - right.length, 0) }, () => "0");
  const all = tail === undefined ? left : [...left, ...zeros, ...right];
  return `${all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":")}::/64`;
}

/** A dotted tail (`::ffff:0:1.2.3.4`) stands for two groups; they never fall into the first four of interest. */
function groups(part: string): string[] {
  if (part === "") return [];
  return part.split(":").flatMap((group) => (group.includes(".") ? ["0", "0"] : [group]));
}
