"use strict";
const security = require("eslint-plugin-security");
const unsanitized = require("eslint-plugin-no-unsanitized");

module.exports = [
  security.configs.recommended,
  unsanitized.configs.recommended,
  { rules: { "no-eval": "error", "no-implied-eval": "error" } },
];
