// Frames hold mails: documents of their own, each a state of its own.
(rules) => axe.run(document, {
  runOnly: rules,
  resultTypes: ["violations"],
  iframes: false,
  preload: false,
})
