/** Jetty's error page, as the recordings have it: what is in front of the SOAP servlet answers with these. */
export function jettyPage(status: number, message: string, uri: string, servlet: string): string {
  const line = `HTTP ERROR ${status} ${escapeHtml(message)}`;
  const rows = [
    ["URI:", uri],
    ["STATUS:", String(status)],
    ["MESSAGE:", message],
    ["SERVLET:", servlet],
  ].map(([name, text]) => `<tr><th>${name}</th><td>${escapeHtml(text ?? "")}</td></tr>\n`);
  return `<html>
<head>
<meta http-equiv="Content-Type" content="text/html;charset=ISO-8859-1"/>
<title>Error ${status} ${escapeHtml(message)}</title>
</head>
<body><h2>${line}</h2>
<table>
${rows.join("")}</table>

</body>
</html>
`;
}

/** A page that some proxy might answer with status 200. */
export const strayPage =
  "<!DOCTYPE html>\n<html><head><title>Welcome</title></head><body><p>It works!</p></body></html>\n";

function escapeHtml(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
