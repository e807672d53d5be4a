import BlobStore
import Domain
import HTTP

/// `/healthz` says that the process lives, `/readyz` that Redis and the blob volume work.
struct HealthEndpoints {
  let context: CallContext

  func health(_ request: Request) -> Response? { JSONAnswer.ok }

  func readiness(_ request: Request) async -> Response {
    do {
      // The next request may come to another loop.
      guard context.isEveryLoopReady() else { throw DomainError.storeUnavailable("connecting") }
      try await context.store.checkReadiness()
      return JSONAnswer.ok
    } catch {
      return APIError.response(error, tokenCode: 1)
    }
  }
}
