"use strict";
const fs = require("fs");
const express = require("express");

const router = express.Router();

router.get("/manual", (req, res) => {
  // Weak on purpose: "../" leads out of the folder.
  const name = req.query.name;
  fs.readFile("public/" + name, "utf8", (problem, text) => {
    if (problem) return res.status(404).end();
    res.type("text").send(text);
  });
});

module.exports = router;
