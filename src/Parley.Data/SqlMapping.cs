// How typed values travel: ids and codes as TEXT, times as Unix milliseconds in BIGINT.
using System.Data;
using System.Globalization;
using Dapper;
using Parley.Protocol;

namespace Parley.Data;

/// <summary>Registers Parley's types with Dapper, once per process.</summary>
internal static class SqlMapping
{
    private static readonly Lazy<bool> Registered = new(static () =>
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset));
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset?));
        SqlMapper.AddTypeHandler(new MillisecondsHandler());
        SqlMapper.RemoveTypeMap(typeof(Guid));
        SqlMapper.RemoveTypeMap(typeof(Guid?));
        SqlMapper.AddTypeHandler(new TextHandler<Guid>(static text => Guid.ParseExact(text, "D")));
        SqlMapper.AddTypeHandler(new TextHandler<UserId>(UserId.Parse));
        SqlMapper.AddTypeHandler(new TextHandler<ParticipantId>(ParticipantId.Parse));
        SqlMapper.AddTypeHandler(new TextHandler<MeetingId>(MeetingId.Parse));
        SqlMapper.AddTypeHandler(new TextHandler<MessageId>(MessageId.Parse));
        SqlMapper.AddTypeHandler(new TextHandler<InvitationId>(InvitationId.Parse));
        SqlMapper.AddTypeHandler(new TextHandler<RefreshFamilyId>(RefreshFamilyId.Parse));
        SqlMapper.AddTypeHandler(new TextHandler<CallLogId>(CallLogId.Parse));
        SqlMapper.AddTypeHandler(new TextHandler<MeetingCode>(static text => MeetingCode.TryParse(text, out var code) ? code : default));
        return true;
    });

    public static void EnsureRegistered() => _ = Registered.Value;

    private sealed class MillisecondsHandler : SqlMapper.TypeHandler<DateTimeOffset>
    {
        public override DateTimeOffset Parse(object value) =>
            DateTimeOffset.FromUnixTimeMilliseconds(Convert.ToInt64(value, CultureInfo.InvariantCulture));

        public override void SetValue(IDbDataParameter parameter, DateTimeOffset value)
        {
            parameter.DbType = DbType.Int64;
            parameter.Value = value.ToUnixTimeMilliseconds();
        }
    }

    private sealed class TextHandler<T>(Func<string, T> parse) : SqlMapper.TypeHandler<T>
        where T : struct
    {
        public override T Parse(object value) => parse((string)value);

        public override void SetValue(IDbDataParameter parameter, T value)
        {
            parameter.DbType = DbType.String;
            parameter.Value = value.ToString();
        }
    }
}
