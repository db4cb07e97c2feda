/** A card number that no sound message of Revio holds. */
export const canaryCard = "5200828282828210";
export const canaryPassword = "three otters knitting";

/** Bank account numbers of the simulation all begin so. */
export const accountNumberPrefix = "62000001";
