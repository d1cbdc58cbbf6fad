"use strict";
const express = require("express");

const router = express.Router();

router.get("/price", (req, res) => {
  const [pieces, each] = String(req.query.formula).split("*");
  res.json({ price: Number(pieces) * Number(each) });
});

module.exports = router;
