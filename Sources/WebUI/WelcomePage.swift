import HTTP

/// What `/` shows where no web client is served: that it runs, and how to upload a first picture.
package enum WelcomePage {
  private static let policy: StaticString = """
    default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'
    """

  package static let routes = [
    Route(
      .get, .exact("/"), body: .discarded,
      handler: .immediate({ _ in page }, otherwise: { _ in page }))
  ]

  private static let page: Response = {
    var html = HTML()
    html.markup(Page.opening)
    html.markup(
      """
      <title>picbed</title>
      </head>
      <body>
      <main>
      <h1>picbed 图床</h1>
      <p>It runs. Register, log in, upload a first picture:</p>
      <pre><code>PWD_MD5=$(printf %s secret | md5sum | cut -c1-32)
      curl -d '{"userName":"me","nickName":"me","firstPwd":"'$PWD_MD5'"}' localhost:8080/api/reg
      curl -d '{"user":"me","pwd":"'$PWD_MD5'"}' localhost:8080/api/login
      curl -u me:TOKEN -F file=@picture.png localhost:8080/api/upload</code></pre>
      </main>
      </body>
      </html>

      """)
    return Page.response(html, policy: policy)
  }()
}
