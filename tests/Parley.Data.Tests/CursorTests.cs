namespace Parley.Data.Tests;

public sealed class CursorTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    [InlineData(1772357400000)]
    public void A_cursor_is_read_back(long key)
    {
        var cursor = new Cursor(key, Guid.CreateVersion7());
        Assert.True(Cursor.TryParse(cursor.ToString(), out var parsed));
        Assert.Equal(cursor, parsed);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("../../etc/passwd")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("                                      ")]
    [InlineData("ääääääääääääääääääääääääääääääääääääää")]
    public void Garbage_is_refused(string? text) => Assert.False(Cursor.TryParse(text, out _));

    [Fact]
    public void Every_changed_character_is_noticed()
    {
        var text = new Cursor(1772357400000, Guid.CreateVersion7()).ToString();
        for (var i = 0; i < text.Length; i++)
        {
            foreach (var c in "AZaz09-_=+/ \0é")
            {
                var changed = text[..i] + c + text[(i + 1)..];
                if (c != text[i] && Cursor.TryParse(changed, out var parsed))
                    Assert.Fail($"{changed} was read as {parsed}");
            }

            Assert.False(Cursor.TryParse(text[..i], out _));
            Assert.False(Cursor.TryParse(text + text[i], out _));
        }
    }
}
