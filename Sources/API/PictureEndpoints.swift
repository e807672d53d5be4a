import Domain
import Events
import HTTP

/// Section 18 (sharepic).
struct PictureEndpoints {
  let context: CallContext

  func share(_ request: Request) async -> Response {
    await Call.proven(request, context, tokenCode: 4) { fields, caller in
      let urlmd5 = try await context.pictures.share(caller, fields.fileID())
      return JSONAnswer.answer { $0.field("urlmd5", urlmd5) }
    }
  }

  func browse(_ request: Request) async -> Response {
    await Call.open(request) { fields in
      let urlmd5 = try HexDigits32(fields.required("urlmd5"), field: "urlmd5")
      let picture = try await context.pictures.browse(urlmd5)
      let url = BlobURL.text(
        origin: context.origin(request), blob: picture.blob, type: picture.id.name.type)
      return JSONAnswer.answer(capacity: 256) { json in
        json.field("url", url)
        json.field("user", picture.user)
        json.field("pv", picture.pv)
        json.timeField("time", picture.created)
      }
    }
  }

  func list(_ request: Request) async -> Response {
    await Call.proven(request, context, tokenCode: 1) { fields, caller in
      let (total, pictures) = try await context.pictures.list(caller, fields.page())
      // The document's entries have no url; whoever wants to show pictures asks for it: `"with":"url"`.
      let origin = try fields.text("with") == "url" ? context.origin(request) : nil
      return JSONAnswer.answer(capacity: 64 + pictures.count * 256) { json in
        json.field("count", pictures.count)
        json.field("total", total)
        json.name("files")
        json.openArray()
        for picture in pictures {
          let row = picture.row
          json.openObject()
          json.field("user", caller.user.text)
          json.splicedField("filemd5", row, row.md5)
          json.splicedField("file_name", row, row.name)
          json.field("urlmd5", picture.urlmd5)
          json.field("pv", picture.pv)
          json.timeField("create_time", picture.created)
          json.field("size", row.sizeValue)
          if let origin {
            json.name("url")
            json.bytes.append(0x22)
            BlobURL.append(origin: origin, row: row, to: &json.bytes)
            json.bytes.append(0x22)
          }
          json.closeObject()
        }
        json.closeArray()
      }
    }
  }

  func cancel(_ request: Request) async -> Response {
    await Call.proven(request, context, tokenCode: 4) { fields, caller in
      let urlmd5 = try HexDigits32(fields.required("urlmd5"), field: "urlmd5")
      try await context.pictures.cancel(caller, urlmd5)
      return JSONAnswer.ok
    }
  }
}
