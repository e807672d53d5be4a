import RedisClient
import Testing

struct RedisEndpointTests {
  @Test(arguments: [
    ("redis://127.0.0.1", RedisEndpoint.tcp(host: "127.0.0.1", port: 6379)),
    ("redis://cache.example:6380/", .tcp(host: "cache.example", port: 6380)),
    ("redis://cache.example/15", .tcp(host: "cache.example", port: 6379, database: 15)),
    ("redis://[::1]:7000/2", .tcp(host: "::1", port: 7000, database: 2)),
    ("redis://[fe80::1]", .tcp(host: "fe80::1", port: 6379)),
    ("redis://:secret@h", .tcp(host: "h", port: 6379, password: "secret")),
    ("redis://bob:secret@h:1", .tcp(host: "h", port: 1, user: "bob", password: "secret")),
    ("redis://b%6Fb:p%40%3a%2F%3F@h", .tcp(host: "h", user: "bob", password: "p@:/?")),
    ("redis://:a@b:c@h", .tcp(host: "h", password: "a@b:c")),
    ("redis://:%E5%AF%86@h", .tcp(host: "h", password: "密")),
    ("unix:/run/redis.sock", .unix(path: "/run/redis.sock")),
    ("unix:///run/redis.sock", .unix(path: "/run/redis.sock")),
    ("unix:redis.sock", .unix(path: "redis.sock")),
    ("unix:/with%20blank?db=3", .unix(path: "/with blank", database: 3)),
    (
      "unix:/s?password=a%26b%3D&user=u&db=1",
      .unix(path: "/s", user: "u", password: "a&b=", database: 1)
    ),
  ])
  func parses(_ text: String, _ expected: RedisEndpoint) throws {
    #expect(try RedisEndpoint(parsing: text) == expected)
  }

  @Test(arguments: [
    "", "redis", "localhost:6379", "/run/redis.sock", "http://h", "rediss://h", "redis://",
    "redis://:6379", "redis://h:", "redis://h:0", "redis://h:65536", "redis://h:+1",
    "redis://h:80x", "redis://h/x", "redis://h/-1", "redis://h/1/2", "redis://h/9999999999",
    "redis://[::1", "redis://[::1]x", "redis://[]", "redis://h o", "redis://h%20",
    "redis://user@h", "redis://user:@h", "redis://:p%4@h", "redis://:p%zz@h", "redis://:%FF@h",
    "redis://:%00@h", "redis://h?db=1", "redis://:pa?ss@h", "redis://:pa#ss@h", "unix:",
    "unix://host/path", "unix:?db=1", "unix:/s?db=x", "unix:/s?what=1", "unix:/s?user=u",
    "unix:/%00", "unix:/" + String(repeating: "x", count: 107),
  ])
  func refuses(_ text: String) {
    #expect(throws: RedisEndpointError.self) { try RedisEndpoint(parsing: text) }
  }

  @Test func takesTheLongestPathThatASocketCanHave() throws {
    let path = "/" + String(repeating: "x", count: RedisEndpoint.unixPathBytesMax - 1)
    #expect(try RedisEndpoint(parsing: "unix:" + path) == .unix(path: path))
  }

  @Test(arguments: [
    ("redis://:geheim@h:1/2", "redis://:***@h:1/2"),
    ("redis://bob:geheim@[::1]", "redis://bob:***@[::1]:6379"),
    ("redis://h/0", "redis://h:6379"),
    ("unix:///s", "unix:/s"),
    ("unix:/s?password=geheim&db=4", "unix:/s?db=4&password=***"),
  ])
  func describesItselfWithoutThePassword(_ text: String, _ shown: String) throws {
    let endpoint = try RedisEndpoint(parsing: text)
    #expect("\(endpoint)" == shown)
    #expect(!String(reflecting: endpoint).contains("geheim"))
  }

  @Test(arguments: [
    "redis://:geheim@h:x", "redis://:geheim%@h", "redis://:geheim?@h", "redis://geheim@h",
    "rediss://:geheim@h", "unix:/s?passwort=geheim", "unix:/s?password=geheim%",
  ])
  func quotesNoPasswordInAnError(_ text: String) {
    let error = #expect(throws: RedisEndpointError.self) { try RedisEndpoint(parsing: text) }
    #expect(error.map { !"\($0)".contains("geheim") } == true)
  }
}
