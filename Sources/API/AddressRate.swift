import Domain
import HTTP

/// Has the calls of an address counted before they are made, where there is a rate for addresses. Without one the
/// routes are as they were: it costs nothing.
enum AddressRate {
  static func guarding(_ routes: [Route], _ context: CallContext) -> [Route] {
    guard context.rates.hasAddressRate else { return routes }
    return routes.map { route in
      route.guarded { request in
        guard let address = request.client else { return nil }
        do {
          try await context.rates.take(address)
          return nil
        } catch {
          return APIError.response(error, tokenCode: 1)
        }
      }
    }
  }
}
