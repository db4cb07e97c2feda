import { expect, test } from "vitest";
import { addressKey } from "../../../src/rate-limit/address-key.ts";
import { waitAfterFailures } from "../../../src/rate-limit/rate-limit-classes.ts";

test("S06 the wait doubles from the sixth failure and stays at 15 minutes", () => {
  expect([0, 1, 4, 5, 6, 7, 10, 14, 15, 99, 100_000].map(waitAfterFailures)).toEqual([
    0, 0, 0, 1, 2, 4, 32, 512, 900, 900, 900,
  ]);
});

test.each([
  ["203.0.113.7", "203.0.113.7"],
  ["::ffff:203.0.113.7", "203.0.113.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:DB8:1:2::9", "2001:db8:1:2::/64"],
  ["2001:0db8:0001:0002::", "2001:db8:1:2::/64"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ["64:ff9b::203.0.113.7", "64:ff9b:0:0::/64"],
  ["not an address", "unknown"],
  ["", "unknown"],
])("S104 %s is counted as %s", (address, key) => {
  expect(addressKey(address)).toBe(key);
});
