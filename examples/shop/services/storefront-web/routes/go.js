"use strict";
const express = require("express");

const router = express.Router();

router.get("/go", (req, res) => {
  // Weak on purpose: sends the visitor wherever the link says.
  res.redirect(req.query.to);
});

module.exports = router;
