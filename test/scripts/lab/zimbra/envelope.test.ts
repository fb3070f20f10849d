import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SoapElement } from "../../../../scripts/lab/zimbra/element.ts";
import { renderJson } from "../../../../scripts/lab/zimbra/envelope-json.ts";
import { parseXml, renderXml } from "../../../../scripts/lab/zimbra/envelope-xml.ts";
import { readJson } from "../../../../scripts/lab/zimbra/json-reader.ts";

/** Text that XML 1.0 can hold; a carriage return comes back as a newline, as XML wants. */
const xmlText = fc
  .string({ unit: "binary" })
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what XML cannot hold.
  .map((text) => text.replace(/[\u0000-\u0008\u000b-\u001f\ufffe\uffff]/g, "").toWellFormed());

describe("a SOAP element", () => {
  it("keeps any text through XML, in elements and in attributes", () => {
    fc.assert(
      fc.property(xmlText, xmlText, (text, attribute) => {
        const element = new SoapElement("a", "urn:x").set("n", attribute);
        element.text = text;
        const { root, fault } = parseXml(Buffer.from(renderXml(element), "utf8"));
        expect(fault).toBeNull();
        expect([root?.text, root?.attribute("n"), root?.namespace]).toEqual([text, attribute, "urn:x"]);
      }),
    );
  });

  it("keeps any text through JSON", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (text, attribute) => {
        const element = new SoapElement("a", "urn:x").set("n", attribute);
        element.text = text;
        const read = readJson(renderJson(element));
        expect([read.text, read.attribute("n"), read.namespace]).toEqual([text, attribute, "urn:x"]);
      }),
    );
  });

  it("is written in JSON as strict JSON", () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (texts) => {
        const element = new SoapElement("r").set("more", false).content("lifetime", 12);
        for (const text of texts) element.add("a", text).set("n", "k");
        const a = texts.map((text) => (text === "" ? { n: "k" } : { n: "k", _content: text }));
        const read = JSON.parse(renderJson(element));
        expect(read).toEqual({ more: false, lifetime: 12, ...(a.length > 0 ? { a } : {}) });
      }),
    );
  });
});

describe("reading XML", () => {
  it.each([
    ["an undeclared prefix", "<x:a/>"],
    ["an undeclared entity", "<a>&nope;</a>"],
    ["an external entity", '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>'],
    ["an entity bomb", '<!DOCTYPE a [<!ENTITY e "x"><!ENTITY f "&e;&e;">]><a>&f;</a>'],
    ["two roots", "<a/><b/>"],
    ["a missing end", "<a><b></a>"],
    ["an attribute twice", '<a n="1" n="2"/>'],
    ["a NUL", "<a>\u0000</a>"],
    ["a bare ampersand", "<a>a & b</a>"],
    ["text after the end", "<a/>x"],
  ])("refuses %s", (_what, text) => {
    expect(parseXml(Buffer.from(text)).fault?.message).toBe("Document parse failed");
  });
});

describe("reading Zimbra's JSON", () => {
  it.each([
    ["single quotes", "{'a':'x'}"],
    ["unquoted keys", '{a:"x"}'],
    ["an unquoted word", "{a:x}"],
    ["an equals sign", '{a="x"}'],
    ["an arrow", '{a=>"x"}'],
    ["a semicolon", '{b:1;a:"x"}'],
    ["a trailing comma", '{a:"x",}'],
    ["garbage after the end", '{a:"x"} and more'],
    ["an escape", '{a:"\\u0078"}'],
  ])("takes %s", (_what, text) => {
    expect(readJson(text).attribute("a")).toBe("x");
  });

  it.each([
    ["[1,2]", "parse error: expected character: { found:[: [1,2]"],
    ['{"a":', 'parse error: unexpected end of JSON input: {"a":'],
    ['{"dlm":["x"]}', 'parse error: expected character: { found:": {"dlm":["x"]}'],
    ['{"a" "b"}', 'parse error: expected character: : found:": {"a" "b"}'],
  ])("refuses %s", (text, message) => {
    expect(() => readJson(text)).toThrow(message);
  });

  it("takes _attrs for a children: lists repeat, null and empty lists are silent", () => {
    const element = readJson('{"_attrs":{"k":"v","m":["1","2"],"n":null,"e":[],"u":""}}');
    expect(element.children("a").map((a) => [a.attribute("n"), a.text])).toEqual([
      ["k", "v"],
      ["m", "1"],
      ["m", "2"],
      ["u", ""],
    ]);
  });

  it("never hangs or fails otherwise than by a parse error, whatever it is given", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."{}[]\"':,;=>\\ abn1null_attrs") }), (text) => {
        try {
          readJson(text);
        } catch (error) {
          expect(String(error)).toMatch(/^SoapFault: parse error: /);
        }
        expect(text).toBeTypeOf("string");
      }),
      { numRuns: 500 },
    );
  });
});
