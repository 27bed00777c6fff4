// Validates HTML files: node validate.js FILE… prints a line for each problem.
import { FileSystemConfigLoader, HtmlValidate } from 'html-validate'

const config = {
  root: true,
  extends: ['html-validate:standard', 'html-validate:document'],
  rules: {
    // Matters of taste, which the templates settle otherwise.
    'doctype-style': 'off',
    'void-style': 'off',
    'no-trailing-whitespace': 'off',
    'long-title': 'off',
    // All files are of the page's own host.
    'require-sri': 'off',
  },
}
const validator = new HtmlValidate(new FileSystemConfigLoader(config))
for (const file of process.argv.slice(2)) {
  const report = await validator.validateFile(file)
  for (const { messages } of report.results) {
    for (const { ruleId, message, line, column } of messages) console.log(`${file}:${line}:${column} ${ruleId}: ${message}`)
  }
}
