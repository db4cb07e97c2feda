import * as fc from "fast-check";
import { expect, test } from "vitest";
import { maskEmail, maskName, maskPhone } from "../../../src/user/masked-contact.ts";

test.each([
  ["thandi@example.com", "t•••@e•••.com"],
  ["t@nkosi.co.za", "t•••@n•••.za"],
])("C33 %s", (email, expected) => {
  expect(maskEmail(email)).toBe(expected);
});

test.each([
  ["Thandi Nkosi", "T••• N•••"],
  ["Ntombi ka Mabuza-Dlamini", "N••• k••• M•••"],
  ["Đặng", "Đ•••"],
  ["𠮷野 家", "𠮷••• 家•••"],
])("C33 %s", (name, expected) => {
  expect(maskName(name)).toBe(expected);
});

test("C33 property: a number shows its country and two digits, whatever its length", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^\+[1-9][0-9]{7,14}$/), (phone) => {
      expect(maskPhone(phone)).toBe(`${phone.slice(0, 3)} ••• ${phone.slice(-2)}`);
      expect(maskPhone(phone)).not.toContain(phone.slice(3, 7));
    }),
  );
});
