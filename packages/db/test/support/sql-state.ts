/** SQLSTATEs that the tests expect. */
export const sqlState = {
  notNull: "23502",
  foreignKey: "23503",
  unique: "23505",
  check: "23514",
  privilege: "42501",
  serialization: "40001",
  deadlock: "40P01",
  lockTimeout: "55P03",
  invalidParameter: "22023",
  readOnly: "25006",
} as const;
