// Whose a media session is: the sign-in behind the token that opened it (docs/decisions/0022).
using Parley.Data;
using Parley.Protocol;

namespace Parley.Server.Media;

/// <summary>Who may change and end a session. Equal for all tokens of one sign-in, however often they are refreshed, and for no others.</summary>
/// <param name="User">Who; for other programs' tokens that is the issuer and its subject.</param>
/// <param name="SignIn">The sign-in that the token descends from; null for other programs' tokens, which have none.</param>
/// <param name="Room">The only meeting that the token is good for; null for any.</param>
internal sealed record MediaOwner(UserId User, RefreshFamilyId? SignIn, MeetingCode? Room);
