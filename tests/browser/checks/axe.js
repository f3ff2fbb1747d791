// Frames hold mails: documents of their own, each a state of its own.
(tags) => axe.run(document, {
  runOnly: { type: "tag", values: tags },
  resultTypes: ["violations"],
  iframes: false,
  preload: false,
})
