<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>AccessView</name>
    <message>
        <source>{name} asks to see something of your account</source>
        <translation>{name} 想查看你账户的部分信息</translation>
    </message>
    <message>
        <source>Why: {reason}</source>
        <translation>原因：{reason}</translation>
    </message>
    <message>
        <source>For how long</source>
        <translation>允许多久</translation>
    </message>
    <message>
        <source>{count} min</source>
        <translation>{count} 分钟</translation>
    </message>
    <message>
        <source>Allow</source>
        <translation>允许</translation>
    </message>
    <message>
        <source>Refuse</source>
        <translation>拒绝</translation>
    </message>
    <message>
        <source>Let {name} see this for {count} minutes</source>
        <translation>允许 {name} 查看 {count} 分钟</translation>
    </message>
    <message>
        <source>{scopes}. You see every look, and you can end it at any moment.</source>
        <translation>{scopes}。每次查看你都看得到，随时可以收回。</translation>
    </message>
</context>
<context>
    <name>ActionView</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Your account is frozen</source>
        <translation>账户已冻结</translation>
    </message>
</context>
<context>
    <name>ActivityExport</name>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>What is shown, as a table (CSV)</source>
        <translation>当前列表，存成表格（CSV）</translation>
    </message>
    <message>
        <source>Statement with the operator&apos;s seal (PDF)</source>
        <translation>带运营方电子印章的对账单（PDF）</translation>
    </message>
    <message>
        <source>Writing…</source>
        <translation>正在写入…</translation>
    </message>
    <message>
        <source>Save the table</source>
        <translation>保存表格</translation>
    </message>
    <message numerus="yes">
        <source>%n movement(s) saved as {name}.</source>
        <translation>
            <numerusform>%n 笔已存为 {name}。</numerusform>
        </translation>
    </message>
    <message>
        <source>Date</source>
        <translation>日期</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>With</source>
        <translation>对方</translation>
    </message>
    <message>
        <source>Store</source>
        <translation>门店</translation>
    </message>
    <message>
        <source>For</source>
        <translation>用途</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>Amount</source>
        <translation>金额</translation>
    </message>
    <message>
        <source>Currency</source>
        <translation>币种</translation>
    </message>
    <message>
        <source>Balance after</source>
        <translation>余额</translation>
    </message>
    <message>
        <source>Category</source>
        <translation>分类</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>My note</source>
        <translation>我的备注</translation>
    </message>
    <message>
        <source>Order number</source>
        <translation>订单号</translation>
    </message>
    <message>
        <source>K-Beans earned</source>
        <translation>获得K豆</translation>
    </message>
</context>
<context>
    <name>ActivityFilters</name>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>All kinds</source>
        <translation>全部类型</translation>
    </message>
    <message>
        <source>Category</source>
        <translation>分类</translation>
    </message>
    <message>
        <source>All categories</source>
        <translation>全部分类</translation>
    </message>
    <message>
        <source>Label</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>All labels</source>
        <translation>全部标签</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Currency</source>
        <translation>币种</translation>
    </message>
    <message>
        <source>All currencies</source>
        <translation>全部币种</translation>
    </message>
    <message>
        <source>This month</source>
        <translation>本月</translation>
    </message>
    <message>
        <source>Last month</source>
        <translation>上个月</translation>
    </message>
    <message>
        <source>Last 90 days</source>
        <translation>近 90 天</translation>
    </message>
    <message>
        <source>This year</source>
        <translation>今年</translation>
    </message>
    <message>
        <source>Last year</source>
        <translation>去年</translation>
    </message>
    <message>
        <source>Any time</source>
        <translation>不限时间</translation>
    </message>
    <message>
        <source>{condition}. Take it away</source>
        <translation>{condition}，点按去掉</translation>
    </message>
    <message>
        <source>Understood from &quot;{typed}&quot;. Put it in quotes to look for the word itself.</source>
        <translation>由“{typed}”理解而来。想找这几个字本身，请加上引号。</translation>
    </message>
    <message>
        <source>until {day}</source>
        <translation>{day}以前</translation>
    </message>
    <message>
        <source>since {day}</source>
        <translation>{day}以来</translation>
    </message>
    <message>
        <source>{first} to {last}</source>
        <translation>{first}至{last}</translation>
    </message>
    <message>
        <source>exactly {amount}</source>
        <translation>正好 {amount}</translation>
    </message>
    <message>
        <source>up to {amount}</source>
        <translation>不超过 {amount}</translation>
    </message>
    <message>
        <source>from {amount}</source>
        <translation>{amount} 起</translation>
    </message>
    <message>
        <source>{least} to {most}</source>
        <translation>{least} 至 {most}</translation>
    </message>
</context>
<context>
    <name>ActivityPage</name>
    <message>
        <source>Activity</source>
        <translation>账单</translation>
    </message>
    <message>
        <source>Name, note, &gt;100, 20-50, last week, order number</source>
        <translation>商户、备注、&gt;100、20-50、上周、订单号</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Spent</source>
        <translation>支出</translation>
    </message>
    <message>
        <source>Received</source>
        <translation>收入</translation>
    </message>
    <message>
        <source>K-Beans</source>
        <translation>K豆</translation>
    </message>
    <message>
        <source>Nothing has moved yet</source>
        <translation>还没有收支</translation>
    </message>
    <message>
        <source>Every payment will stand here with its receipt, and you can find it by name, amount or order number.</source>
        <translation>每一笔付款都会连同收据记在这里，可以按商户、金额或订单号查找。</translation>
    </message>
    <message>
        <source>Scan to pay</source>
        <translation>扫码付款</translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>没有找到</translation>
    </message>
    <message>
        <source>Try fewer letters, an amount such as &gt;100 or 20-50, a time such as last week, or part of an order number.</source>
        <translation>少输几个字试试，也可以输金额（&gt;100、20-50）、时间（上周、11月）或订单号的一部分。</translation>
    </message>
    <message>
        <source>Clear the search</source>
        <translation>清除搜索</translation>
    </message>
    <message>
        <source>Show everything</source>
        <translation>显示全部</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
</context>
<context>
    <name>AddressStep</name>
    <message>
        <source>Welcome to K-Bean Wallet</source>
        <translation>欢迎使用K豆钱包</translation>
    </message>
    <message>
        <source>Which service do you use? Your organisation has told you its address.</source>
        <translation>你使用哪家机构的服务？地址可向你的单位查询。</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>服务地址</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Enter the address of your service.</source>
        <translation>请输入服务地址。</translation>
    </message>
</context>
<context>
    <name>AmountFace</name>
    <message>
        <source>How much do you pay?</source>
        <translation>付多少钱？</translation>
    </message>
    <message>
        <source>You have {amount} available.</source>
        <translation>可用余额 {amount}。</translation>
    </message>
    <message>
        <source>With this code you can pay up to {amount}.</source>
        <translation>此码最多可付 {amount}。</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>下一步</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>AmountField</name>
    <message>
        <source>Amount</source>
        <translation>金额</translation>
    </message>
    <message>
        <source>That is too long for an amount.</source>
        <translation>输入太长，不像金额。</translation>
    </message>
    <message>
        <source>This could be read in two ways. Write the decimals after a point: 1234.50.</source>
        <translation>这个数有两种读法，小数请用点号，例如 1234.50。</translation>
    </message>
    <message>
        <source>Commas separate groups of three digits: 1,234.50.</source>
        <translation>逗号每三位一隔，例如 1,234.50。</translation>
    </message>
    <message>
        <source>There are too many digits after the point.</source>
        <translation>小数位数太多了。</translation>
    </message>
    <message>
        <source>Amounts to pay have no minus sign.</source>
        <translation>付款金额不能是负数。</translation>
    </message>
    <message>
        <source>Enter an amount above zero.</source>
        <translation>请输入大于零的金额。</translation>
    </message>
    <message>
        <source>That is more than one payment can carry.</source>
        <translation>超出了单笔付款的上限。</translation>
    </message>
    <message>
        <source>This code is paid in another currency.</source>
        <translation>此码收的是另一种货币。</translation>
    </message>
    <message>
        <source>Enter an amount in digits, such as 12.50.</source>
        <translation>请用数字输入金额，例如 12.50。</translation>
    </message>
</context>
<context>
    <name>Announcer</name>
    <message>
        <source>{amount} paid to the printed code by {payer}</source>
        <translation>固定码到账 {amount}，付款人 {payer}</translation>
    </message>
    <message numerus="yes">
        <source>%n payment(s) to the printed code, {amount} together</source>
        <translation>
            <numerusform>固定码到账 %n 笔，共 {amount}</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>AnswerView</name>
    <message>
        <source>From: {title}</source>
        <translation>出处：{title}</translation>
    </message>
    <message>
        <source>Yes</source>
        <translation>对</translation>
    </message>
    <message>
        <source>No</source>
        <translation>不对</translation>
    </message>
    <message>
        <source>Yes, this was right</source>
        <translation>对，答得没错</translation>
    </message>
    <message>
        <source>No, this was not right</source>
        <translation>不对，没答到点上</translation>
    </message>
    <message>
        <source>Was this right?</source>
        <translation>答得对吗？</translation>
    </message>
    <message>
        <source>You said it was right. Thank you.</source>
        <translation>你说答得对，谢谢。</translation>
    </message>
    <message>
        <source>You said it was not right. Thank you.</source>
        <translation>你说没答对，谢谢告知。</translation>
    </message>
</context>
<context>
    <name>AskFace</name>
    <message>
        <source>A link that anybody may pay, once</source>
        <translation>任何人都能付一次的链接</translation>
    </message>
    <message>
        <source>Send it as you like: who opens it in this wallet sees your name and pays.</source>
        <translation>发给谁都可以：对方用本钱包打开后，会看到你的部分姓名，然后付款。</translation>
    </message>
    <message>
        <source>How much do you ask for?</source>
        <translation>要收多少？</translation>
    </message>
    <message>
        <source>What for</source>
        <translation>用途</translation>
    </message>
    <message>
        <source>The other side reads it.</source>
        <translation>对方会看到。</translation>
    </message>
    <message>
        <source>Make the link</source>
        <translation>生成链接</translation>
    </message>
    <message>
        <source>Ask</source>
        <translation>发送收款请求</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>AskingMoney</name>
    <message>
        <source>Who do you ask for money?</source>
        <translation>向谁收款？</translation>
    </message>
    <message>
        <source>Whom does the plan pay?</source>
        <translation>定期付款给谁？</translation>
    </message>
    <message>
        <source>{name} has been asked</source>
        <translation>已向{name}发送收款请求</translation>
    </message>
    <message numerus="yes">
        <source>%n person(s) have been asked</source>
        <translation>
            <numerusform>已向 %n 人发送收款请求</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>AsksStrip</name>
    <message>
        <source>Somebody of the service</source>
        <translation>客服</translation>
    </message>
    <message>
        <source>{name} asks to see something of your account</source>
        <translation>{name} 想查看你账户的部分信息</translation>
    </message>
    <message>
        <source>{name} asks you to confirm who you are</source>
        <translation>{name} 请你确认身份</translation>
    </message>
    <message>
        <source>{name} proposes a change to your account</source>
        <translation>{name} 建议修改你的账户信息</translation>
    </message>
    <message>
        <source>Nothing happens before you answer.</source>
        <translation>你答复之前，什么都不会发生。</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>去答复</translation>
    </message>
</context>
<context>
    <name>AttachmentChip</name>
    <message>
        <source>Don&apos;t send this file</source>
        <translation>不发这个文件</translation>
    </message>
    <message>
        <source>{size}, more than the {limit} that can be sent</source>
        <translation>{size}，超过了可发送的 {limit}</translation>
    </message>
</context>
<context>
    <name>AwayPage</name>
    <message>
        <source>Talk to a person</source>
        <translation>转人工</translation>
    </message>
    <message>
        <source>No people are here now</source>
        <translation>人工客服现在不在线</translation>
    </message>
    <message>
        <source>Leave a message: the first person who is back reads it and answers here, by {time}. Or choose when to be called.</source>
        <translation>先留言：客服一上线就会看，并在 {time} 前在这里回复。也可以选个时间让我们打给你。</translation>
    </message>
    <message>
        <source>Leave a message: it is answered here. Or choose when to be called.</source>
        <translation>先留言，会在这里回复你。也可以选个时间让我们打给你。</translation>
    </message>
    <message>
        <source>Leave a message</source>
        <translation>留言</translation>
    </message>
    <message>
        <source>Have somebody call me</source>
        <translation>预约回电</translation>
    </message>
    <message>
        <source>Go on with the assistant</source>
        <translation>继续问智能助手</translation>
    </message>
    <message>
        <source>Hotline: {number}</source>
        <translation>热线：{number}</translation>
    </message>
</context>
<context>
    <name>BalanceCard</name>
    <message>
        <source>Balance ({currency})</source>
        <translation>余额（{currency}）</translation>
    </message>
    <message>
        <source>Show the balance</source>
        <translation>显示余额</translation>
    </message>
    <message>
        <source>Hide the balance</source>
        <translation>隐藏余额</translation>
    </message>
    <message>
        <source>The balance is hidden</source>
        <translation>余额已隐藏</translation>
    </message>
    <message>
        <source>Scan to pay</source>
        <translation>扫码付款</translation>
    </message>
    <message>
        <source>Show code</source>
        <translation>出示付款码</translation>
    </message>
    <message>
        <source>Transfer</source>
        <translation>转账</translation>
    </message>
    <message>
        <source>Find a payment</source>
        <translation>查账单</translation>
    </message>
    <message>
        <source>{operator} tops your wallet up.</source>
        <translation>充值由{operator}办理。</translation>
    </message>
    <message>
        <source>Waiting for the service&apos;s first answer.</source>
        <translation>正在等待服务第一次回应。</translation>
    </message>
    <message>
        <source>As of {when}</source>
        <translation>截至 {when}</translation>
    </message>
</context>
<context>
    <name>BasketView</name>
    <message numerus="yes">
        <source>%n more line(s) above</source>
        <translation>
            <numerusform>上面还有 %n 行</numerusform>
        </translation>
    </message>
    <message>
        <source>Other goods</source>
        <translation>其他商品</translation>
    </message>
    <message>
        <source>One less: {x}</source>
        <translation>减一件：{x}</translation>
    </message>
    <message>
        <source>One more: {x}</source>
        <translation>加一件：{x}</translation>
    </message>
</context>
<context>
    <name>Beans</name>
    <message>
        <source>{count} expire {when}</source>
        <translation>{when}有 {count} 个到期</translation>
    </message>
    <message>
        <source>{count} expire on {day}</source>
        <translation>{day}有 {count} 个到期</translation>
    </message>
    <message>
        <source>{month}: {count}</source>
        <translation>{month}：{count}</translation>
    </message>
    <message>
        <source>What expires when</source>
        <translation>到期时间</translation>
    </message>
</context>
<context>
    <name>BeansCard</name>
    <message>
        <source>K-Beans</source>
        <translation>K豆</translation>
    </message>
    <message>
        <source>See all</source>
        <translation>查看全部</translation>
    </message>
    <message>
        <source>You earn K-Beans when you pay.</source>
        <translation>付款就能得K豆。</translation>
    </message>
</context>
<context>
    <name>BeansPage</name>
    <message>
        <source>K-Beans</source>
        <translation>K豆</translation>
    </message>
    <message>
        <source>How K-Beans work</source>
        <translation>K豆是什么</translation>
    </message>
    <message>
        <source>You earn K-Beans when you pay at a merchant that gives them. They are a thank-you, not money. Those that expire first are always used first.
Use them for a part of a payment, or exchange them here.</source>
        <translation>在赠送 K豆的商家付款就能得到 K豆。K豆是答谢，不是钱。先到期的总是先用。
付款时可以用 K豆抵一部分，也可以在这里兑换。</translation>
    </message>
    <message>
        <source>What you have</source>
        <translation>你手上的</translation>
    </message>
    <message>
        <source>What you can get</source>
        <translation>可以兑换</translation>
    </message>
    <message>
        <source>What expires when</source>
        <translation>到期时间</translation>
    </message>
    <message>
        <source>Earned and spent</source>
        <translation>收支明细</translation>
    </message>
    <message>
        <source>Show older ones</source>
        <translation>显示更早的</translation>
    </message>
    <message>
        <source>No K-Beans yet</source>
        <translation>还没有K豆</translation>
    </message>
    <message>
        <source>Your next payment may earn some. Each will stand here with its date.</source>
        <translation>下一笔付款也许就有。每一笔K豆都会连同日期记在这里。</translation>
    </message>
    <message>
        <source>Scan to pay</source>
        <translation>扫码付款</translation>
    </message>
    <message>
        <source>Ask about K-Beans</source>
        <translation>问问K豆的事</translation>
    </message>
    <message>
        <source>You hold none, so nothing expires.</source>
        <translation>你还没有K豆，也就没有到期的。</translation>
    </message>
    <message>
        <source>The coming twelve months. The rest expires later.</source>
        <translation>未来十二个月，其余更晚到期。</translation>
    </message>
    <message>
        <source>The coming twelve months.</source>
        <translation>未来十二个月。</translation>
    </message>
    <message>
        <source>The operator offers nothing at the moment.</source>
        <translation>暂时没有可兑换的东西。</translation>
    </message>
    <message>
        <source>One exchange has no answer yet. The wallet keeps asking.</source>
        <translation>有一次兑换还没有收到结果，钱包会继续询问。</translation>
    </message>
</context>
<context>
    <name>BillsPage</name>
    <message>
        <source>Daily bill</source>
        <translation>每日账单</translation>
    </message>
    <message>
        <source>Save as CSV</source>
        <translation>存为 CSV</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>昨天</translation>
    </message>
    <message>
        <source>Today so far</source>
        <translation>今天到目前</translation>
    </message>
    <message>
        <source>Another day</source>
        <translation>其他日期</translation>
    </message>
    <message>
        <source>Day</source>
        <translation>日期</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>查看</translation>
    </message>
    <message>
        <source>Every movement of the merchant&apos;s account on a day, out of the service&apos;s books, and held against what this counter wrote down itself.</source>
        <translation>商户账户当天的每一笔进出，出自服务端账本，并与本收银台自己的记录核对。</translation>
    </message>
    <message>
        <source>A supervisor or manager shows it with their PIN.</source>
        <translation>由主管或店长输入密码查看。</translation>
    </message>
    <message>
        <source>{day}, whole</source>
        <translation>{day}（全天）</translation>
    </message>
    <message>
        <source>{day}, so far</source>
        <translation>{day}（到目前）</translation>
    </message>
    <message>
        <source>At the beginning</source>
        <translation>期初余额</translation>
    </message>
    <message>
        <source>Payments: {count}</source>
        <translation>收款：{count} 笔</translation>
    </message>
    <message>
        <source>Refunds: {count}</source>
        <translation>退款：{count} 笔</translation>
    </message>
    <message>
        <source>Other</source>
        <translation>其他进出</translation>
    </message>
    <message>
        <source>At the end</source>
        <translation>期末余额</translation>
    </message>
    <message>
        <source>The sums fit</source>
        <translation>账目相符</translation>
    </message>
    <message>
        <source>The ledger&apos;s account changed by {amount}, as the lines say.</source>
        <translation>账本余额变动 {amount}，与明细一致。</translation>
    </message>
    <message>
        <source>The sums don&apos;t fit the ledger</source>
        <translation>账目与账本不符</translation>
    </message>
    <message>
        <source>Keep the file and tell the operator.</source>
        <translation>请保存文件并告知运营机构。</translation>
    </message>
    <message>
        <source>This counter</source>
        <translation>本收银台</translation>
    </message>
    <message>
        <source>Sales, here: {count}</source>
        <translation>本机收款：{count} 笔</translation>
    </message>
    <message>
        <source>Sales, bill: {count}</source>
        <translation>账单收款：{count} 笔</translation>
    </message>
    <message>
        <source>Refunds, here: {count}</source>
        <translation>本机退款：{count} 笔</translation>
    </message>
    <message>
        <source>Refunds, bill: {count}</source>
        <translation>账单退款：{count} 笔</translation>
    </message>
    <message>
        <source>Nothing is missing</source>
        <translation>没有遗漏</translation>
    </message>
    <message>
        <source>The bill and this counter name the same sales and refunds.</source>
        <translation>账单与本收银台记录的收款和退款一致。</translation>
    </message>
    <message>
        <source>The bill and this counter differ</source>
        <translation>账单与本收银台的记录不一致</translation>
    </message>
    <message>
        <source>Look these up before the next shift; the bill says what the ledger says.</source>
        <translation>请在下一班之前查清以下各笔；账单以账本为准。</translation>
    </message>
    <message numerus="yes">
        <source>%n more; all are in the file.</source>
        <translation>
            <numerusform>另有 %n 笔，文件里都有。</numerusform>
        </translation>
    </message>
    <message>
        <source>Write a day, such as 2026-11-05.</source>
        <translation>请写一个日期，例如 2026-11-05。</translation>
    </message>
    <message>
        <source>This day is still to come.</source>
        <translation>这一天还没到。</translation>
    </message>
    <message>
        <source>Show it so far</source>
        <translation>先看到目前的</translation>
    </message>
    <message numerus="yes">
        <source>It is whole in %n minute(s).</source>
        <translation>
            <numerusform>还要 %n 分钟才齐全。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>It is whole in %n hour(s).</source>
        <translation>
            <numerusform>还要 %n 小时才齐全。</numerusform>
        </translation>
    </message>
    <message>
        <source>Save the bill</source>
        <translation>保存账单</translation>
    </message>
    <message>
        <source>Saved as {name}</source>
        <translation>已存为 {name}</translation>
    </message>
</context>
<context>
    <name>CallbackForm</name>
    <message>
        <source>Have somebody call me</source>
        <translation>预约回电</translation>
    </message>
    <message>
        <source>Choose when. The number is used for this call only.</source>
        <translation>选个时间。号码只用于这次回电。</translation>
    </message>
    <message>
        <source>Phone number</source>
        <translation>电话号码</translation>
    </message>
    <message>
        <source>What it is about</source>
        <translation>想咨询什么</translation>
    </message>
    <message>
        <source>A few words, no codes</source>
        <translation>简单写几个字，不要写验证码</translation>
    </message>
    <message>
        <source>Book the call</source>
        <translation>预约</translation>
    </message>
    <message>
        <source>No time is free</source>
        <translation>没有空闲的时间</translation>
    </message>
    <message>
        <source>Leave a message; it is answered here.</source>
        <translation>请留言，会在这里回复你。</translation>
    </message>
    <message>
        <source>ddd d MMM</source>
        <comment>a day to be called on</comment>
        <translation>M月d日 ddd</translation>
    </message>
    <message>
        <source>{day} at {time}</source>
        <translation>{day} {time}</translation>
    </message>
    <message>
        <source>Choose a time.</source>
        <translation>请选一个时间。</translation>
    </message>
    <message>
        <source>Enter the number to call.</source>
        <translation>请填写电话号码。</translation>
    </message>
</context>
<context>
    <name>CallbackView</name>
    <message>
        <source>Somebody calls you</source>
        <translation>客服会给你回电</translation>
    </message>
    <message>
        <source>The call was cancelled</source>
        <translation>回电已取消</translation>
    </message>
    <message>
        <source>You were called</source>
        <translation>已给你回电</translation>
    </message>
    <message>
        <source>You could not be reached</source>
        <translation>没能联系上你</translation>
    </message>
    <message>
        <source>Cancel the call</source>
        <translation>取消回电</translation>
    </message>
</context>
<context>
    <name>CameraFace</name>
    <message>
        <source>Scan with the camera</source>
        <translation>用摄像头扫码</translation>
    </message>
    <message>
        <source>What the camera sees</source>
        <translation>摄像头画面</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>There is no camera here; use the scanner.</source>
        <translation>这台电脑没有摄像头，请用扫码枪。</translation>
    </message>
    <message>
        <source>The system does not let us use the camera.</source>
        <translation>系统没有允许使用摄像头。</translation>
    </message>
    <message>
        <source>The camera stopped; use the scanner.</source>
        <translation>摄像头停了，请用扫码枪。</translation>
    </message>
    <message>
        <source>Hold the customer&apos;s code in front of the camera.</source>
        <translation>请把顾客的付款码对准摄像头。</translation>
    </message>
</context>
<context>
    <name>CameraView</name>
    <message>
        <source>Drop a picture here</source>
        <translation>可把图片拖到这里</translation>
    </message>
</context>
<context>
    <name>CaseForm</name>
    <message>
        <source>Open a case</source>
        <translation>建立工单</translation>
    </message>
    <message>
        <source>Somebody is responsible for it and answers here. You see each step.</source>
        <translation>有专人负责，在这里答复你，每一步都看得到。</translation>
    </message>
    <message>
        <source>Somebody is responsible for it and answers here. Is it about a payment? Open its receipt and ask from there.</source>
        <translation>有专人负责，在这里答复你。跟某笔付款有关的话，请打开那张收据，从那里咨询客服。</translation>
    </message>
    <message>
        <source>What is it about?</source>
        <translation>关于什么？</translation>
    </message>
    <message>
        <source>In one line</source>
        <translation>一句话说明</translation>
    </message>
    <message>
        <source>Paid twice for one coffee</source>
        <translation>一杯咖啡付了两次</translation>
    </message>
    <message>
        <source>What happened, and what should come of it?</source>
        <translation>发生了什么，希望怎么解决？</translation>
    </message>
    <message>
        <source>When, where, how much. No passwords, no card numbers.</source>
        <translation>时间、地点、金额。不要写密码和卡号。</translation>
    </message>
    <message>
        <source>Open the case</source>
        <translation>提交工单</translation>
    </message>
    <message>
        <source>Say in one line what it is about.</source>
        <translation>请用一句话说明是什么事。</translation>
    </message>
    <message>
        <source>Say what happened.</source>
        <translation>请写一写发生了什么。</translation>
    </message>
    <message numerus="yes">
        <source>%n character(s) too many.</source>
        <translation>
            <numerusform>超出 %n 个字。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CaseList</name>
    <message>
        <source>Open a case</source>
        <translation>建立工单</translation>
    </message>
    <message>
        <source>No cases</source>
        <translation>还没有工单</translation>
    </message>
    <message>
        <source>A case is for what takes longer than a conversation. It has a number, somebody is responsible for it, and each step stands here.</source>
        <translation>一次对话办不完的事，就用工单来办：有编号，有专人负责，走到哪一步都写在这里。</translation>
    </message>
</context>
<context>
    <name>CasePage</name>
    <message>
        <source>Back to the cases</source>
        <translation>返回工单列表</translation>
    </message>
    <message>
        <source>Conversation</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Receipt</source>
        <translation>收据</translation>
    </message>
    <message>
        <source>Add something to this case</source>
        <translation>补充说明</translation>
    </message>
    <message>
        <source>Note for this case</source>
        <translation>给这个工单的补充说明</translation>
    </message>
    <message>
        <source>Enter sends, Shift and Enter begin a new line.</source>
        <translation>回车发送，Shift 加回车换行。</translation>
    </message>
    <message>
        <source>Add the note</source>
        <translation>补充</translation>
    </message>
    <message>
        <source>Not solved</source>
        <translation>没有解决</translation>
    </message>
    <message>
        <source>Ask for a supervisor</source>
        <translation>请主管处理</translation>
    </message>
    <message>
        <source>Case</source>
        <translation>工单</translation>
    </message>
    <message>
        <source>Case {number}</source>
        <translation>工单 {number}</translation>
    </message>
    <message>
        <source>Is it solved?</source>
        <translation>解决了吗？</translation>
    </message>
    <message>
        <source>Not as it should be? Open it again.</source>
        <translation>还有问题？可以重新打开。</translation>
    </message>
    <message>
        <source>Yes, solved</source>
        <translation>解决了</translation>
    </message>
    <message>
        <source>It is solved</source>
        <translation>已经解决</translation>
    </message>
    <message>
        <source>Yes</source>
        <translation>解决了</translation>
    </message>
    <message>
        <source>No, not yet</source>
        <translation>还没有</translation>
    </message>
    <message>
        <source>Close this case?</source>
        <translation>要关闭这个工单吗？</translation>
    </message>
    <message>
        <source>You say that it is solved. If it turns out otherwise, you can open it again.</source>
        <translation>你确认问题已经解决。之后发现没有，还可以重新打开。</translation>
    </message>
    <message>
        <source>Open it again?</source>
        <translation>要重新打开吗？</translation>
    </message>
    <message>
        <source>Somebody goes on with it, the second time somebody above. What you typed below goes along.</source>
        <translation>会有人接着处理，第二次打开会交给上一级。你在下面写的话会一起带上。</translation>
    </message>
    <message>
        <source>Open it again</source>
        <translation>重新打开</translation>
    </message>
    <message>
        <source>Ask for a supervisor?</source>
        <translation>要请主管处理吗？</translation>
    </message>
    <message>
        <source>Somebody above looks at the whole case. It does not count against you. What you typed below goes along.</source>
        <translation>上一级会从头看这个工单，对你没有任何影响。你在下面写的话会一起带上。</translation>
    </message>
    <message>
        <source>Leave it as it is</source>
        <translation>先不动</translation>
    </message>
</context>
<context>
    <name>CaseView</name>
    <message>
        <source>Case</source>
        <translation>工单</translation>
    </message>
    <message>
        <source>Case {number}</source>
        <translation>工单 {number}</translation>
    </message>
    <message>
        <source>Open the case</source>
        <translation>查看工单</translation>
    </message>
</context>
<context>
    <name>Cases</name>
    <message>
        <source>Received</source>
        <translation>已收到</translation>
    </message>
    <message>
        <source>In work</source>
        <translation>处理中</translation>
    </message>
    <message>
        <source>Waits for you</source>
        <translation>等你回复</translation>
    </message>
    <message>
        <source>With specialists</source>
        <translation>专人核查</translation>
    </message>
    <message>
        <source>Solved</source>
        <translation>已解决</translation>
    </message>
    <message>
        <source>Closed</source>
        <translation>已关闭</translation>
    </message>
    <message>
        <source>Payment</source>
        <translation>付款</translation>
    </message>
    <message>
        <source>Refund</source>
        <translation>退款</translation>
    </message>
    <message>
        <source>Transfer</source>
        <translation>转账</translation>
    </message>
    <message>
        <source>Account</source>
        <translation>账户</translation>
    </message>
    <message>
        <source>Security</source>
        <translation>安全</translation>
    </message>
    <message>
        <source>Shop</source>
        <translation>商家</translation>
    </message>
    <message>
        <source>Something else</source>
        <translation>其他</translation>
    </message>
    <message>
        <source>with a senior colleague</source>
        <translation>高级客服处理中</translation>
    </message>
    <message>
        <source>with a supervisor</source>
        <translation>主管处理中</translation>
    </message>
    <message>
        <source>Closes by itself on {day} unless you say otherwise.</source>
        <translation>如果没有别的问题，{day}自动关闭。</translation>
    </message>
    <message>
        <source>The clock rests until you answer.</source>
        <translation>等你回复，期间不计时。</translation>
    </message>
    <message>
        <source>Closed on {day}.</source>
        <translation>{day}关闭。</translation>
    </message>
    <message>
        <source>It took too long: somebody above looks at it now</source>
        <translation>超时了，已交给上一级</translation>
    </message>
    <message>
        <source>A supervisor was asked for</source>
        <translation>要求主管处理</translation>
    </message>
    <message>
        <source>You were not satisfied: somebody above looks at it</source>
        <translation>你不满意，已交给上一级</translation>
    </message>
    <message>
        <source>Somebody above looks at it because of the amount</source>
        <translation>金额较大，已交给上一级</translation>
    </message>
    <message>
        <source>Opened a second time: somebody above looks at it</source>
        <translation>第二次打开，已交给上一级</translation>
    </message>
    <message>
        <source>Passed on to somebody above</source>
        <translation>已交给上一级</translation>
    </message>
    <message>
        <source>{name} takes care of it</source>
        <translation>由{name}负责</translation>
    </message>
    <message>
        <source>The case was opened</source>
        <translation>建立了工单</translation>
    </message>
    <message>
        <source>The case was opened again</source>
        <translation>重新打开了工单</translation>
    </message>
    <message>
        <source>The case was closed</source>
        <translation>工单已关闭</translation>
    </message>
    <message>
        <source>It takes longer than promised</source>
        <translation>比承诺的时间久</translation>
    </message>
    <message>
        <source>It belongs to a bigger case</source>
        <translation>并入了一个更大的工单</translation>
    </message>
    <message>
        <source>Somebody works on it</source>
        <translation>开始处理</translation>
    </message>
    <message>
        <source>Something is needed from you</source>
        <translation>需要你补充</translation>
    </message>
    <message>
        <source>Specialists look at it</source>
        <translation>转给专人核查</translation>
    </message>
    <message>
        <source>It is solved, says the service</source>
        <translation>客服认为已经解决</translation>
    </message>
    <message>
        <source>You</source>
        <translation>你</translation>
    </message>
    <message>
        <source>Assistant</source>
        <translation>智能助手</translation>
    </message>
    <message>
        <source>Service</source>
        <translation>系统</translation>
    </message>
    <message>
        <source>Feedback</source>
        <translation>反馈</translation>
    </message>
    <message>
        <source>Suggestion</source>
        <translation>建议</translation>
    </message>
    <message>
        <source>Complaint</source>
        <translation>投诉</translation>
    </message>
    <message>
        <source>Question for everybody</source>
        <translation>公开提问</translation>
    </message>
    <message>
        <source>Praise, a fault, anything you noticed. You get a number.</source>
        <translation>表扬、小毛病、随便什么发现都可以，会给你一个编号。</translation>
    </message>
    <message>
        <source>What should be better, and what for. You get a number and an answer.</source>
        <translation>哪里可以更好，为什么。会给你编号，也会答复。</translation>
    </message>
    <message>
        <source>It becomes a case: somebody is responsible, there is a time limit, and you see each step.</source>
        <translation>投诉会成为一个工单：有专人负责，有时限，每一步你都看得到。</translation>
    </message>
    <message>
        <source>Something others may want to know too. The answer stands here for you.</source>
        <translation>别人可能也想知道的事。答复会写在这里。</translation>
    </message>
    <message>
        <source>Waits for an answer</source>
        <translation>等待答复</translation>
    </message>
    <message>
        <source>Answered</source>
        <translation>已答复</translation>
    </message>
    <message>
        <source>Not taken up</source>
        <translation>未采纳</translation>
    </message>
    <message>
        <source>Helped one person</source>
        <translation>帮到了 1 个人</translation>
    </message>
    <message>
        <source>Helped {count} people</source>
        <translation>帮到了 {count} 个人</translation>
    </message>
    <message>
        <source>until {day}</source>
        <translation>截至{day}</translation>
    </message>
    <message>
        <source>ended {day}</source>
        <translation>{day}已结束</translation>
    </message>
</context>
<context>
    <name>Categories</name>
    <message>
        <source>Groceries</source>
        <translation>超市日用</translation>
    </message>
    <message>
        <source>Eating out</source>
        <translation>餐饮</translation>
    </message>
    <message>
        <source>Transport</source>
        <translation>交通</translation>
    </message>
    <message>
        <source>Shopping</source>
        <translation>购物</translation>
    </message>
    <message>
        <source>Home and bills</source>
        <translation>居家缴费</translation>
    </message>
    <message>
        <source>Health and care</source>
        <translation>医疗护理</translation>
    </message>
    <message>
        <source>Leisure</source>
        <translation>休闲娱乐</translation>
    </message>
    <message>
        <source>Learning</source>
        <translation>教育学习</translation>
    </message>
    <message>
        <source>Travel</source>
        <translation>旅行</translation>
    </message>
    <message>
        <source>Services</source>
        <translation>生活服务</translation>
    </message>
    <message>
        <source>Public offices</source>
        <translation>公共事务</translation>
    </message>
    <message>
        <source>Between people</source>
        <translation>人情往来</translation>
    </message>
    <message>
        <source>Top-ups</source>
        <translation>充值</translation>
    </message>
    <message>
        <source>Everything else</source>
        <translation>其他</translation>
    </message>
</context>
<context>
    <name>ClosedBar</name>
    <message>
        <source>This conversation is closed.</source>
        <translation>这次会话已结束。</translation>
    </message>
    <message>
        <source>Go on here</source>
        <translation>接着说</translation>
    </message>
    <message>
        <source>New conversation</source>
        <translation>新会话</translation>
    </message>
</context>
<context>
    <name>CodeEnd</name>
    <message>
        <source>Your account is frozen</source>
        <translation>账户已冻结</translation>
    </message>
    <message>
        <source>No code can be shown and none that was shown is accepted.</source>
        <translation>现在不能出示付款码，之前出示过的也都已失效。</translation>
    </message>
    <message>
        <source>Lift the freeze…</source>
        <translation>解除冻结…</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>再试一次</translation>
    </message>
    <message>
        <source>Paid {amount} at {name}</source>
        <translation>已在{name}付款 {amount}</translation>
    </message>
    <message>
        <source>At {time}. The cashier sees it too.</source>
        <translation>{time}，收银员那边也看到了。</translation>
    </message>
    <message>
        <source>See the receipt</source>
        <translation>查看收据</translation>
    </message>
    <message>
        <source>Show a new code</source>
        <translation>出示新的付款码</translation>
    </message>
    <message>
        <source>{name} asks for {amount}</source>
        <translation>{name}请求收款 {amount}</translation>
    </message>
    <message>
        <source>Nothing is paid before you agree.</source>
        <translation>你同意之前不会扣款。</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>去处理</translation>
    </message>
    <message>
        <source>{amount} came back from {name}</source>
        <translation>{name}退回了 {amount}</translation>
    </message>
    <message>
        <source>The cashier took the payment back. All of it is in your balance again.</source>
        <translation>收银员撤销了这笔付款，钱已全部回到你的余额。</translation>
    </message>
    <message>
        <source>{amount} at {name} was not paid</source>
        <translation>在{name}的 {amount} 没有付成</translation>
    </message>
    <message>
        <source>{reason}. No money has moved.</source>
        <translation>{reason}，没有扣款。</translation>
    </message>
    <message>
        <source>The code had run out</source>
        <translation>付款码已过期</translation>
    </message>
    <message>
        <source>The code was not accepted</source>
        <translation>付款码未被接受</translation>
    </message>
    <message>
        <source>The code had been withdrawn</source>
        <translation>付款码已作废</translation>
    </message>
    <message>
        <source>You declined</source>
        <translation>你拒绝了</translation>
    </message>
    <message>
        <source>The cashier took the sale back</source>
        <translation>收银员撤销了这笔交易</translation>
    </message>
    <message>
        <source>Nobody answered in time</source>
        <translation>没有及时确认</translation>
    </message>
    <message>
        <source>The sale was closed</source>
        <translation>交易已关闭</translation>
    </message>
</context>
<context>
    <name>CodePaper</name>
    <message>
        <source>Payment code as a barcode, for the cashier&apos;s scanner</source>
        <translation>付款码（条形码），给收银员扫</translation>
    </message>
    <message>
        <source>Payment code as a QR, for the cashier&apos;s scanner</source>
        <translation>付款码（二维码），给收银员扫</translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message>
        <source>What about this payment?</source>
        <translation>这笔付款怎么了？</translation>
    </message>
    <message>
        <source>What would you like to know?</source>
        <translation>想了解什么？</translation>
    </message>
    <message>
        <source>Write here</source>
        <translation>在这里输入</translation>
    </message>
    <message>
        <source>Your message</source>
        <translation>你的消息</translation>
    </message>
    <message>
        <source>Enter sends, Shift and Enter begin a new line.</source>
        <translation>回车发送，Shift 加回车换行。</translation>
    </message>
    <message>
        <source>Attach a picture or a file</source>
        <translation>添加图片或文件</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>发送</translation>
    </message>
    <message numerus="yes">
        <source>%n character(s) too many for one message</source>
        <translation>
            <numerusform>超出 %n 个字，一条发不下</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n character(s) left</source>
        <translation>
            <numerusform>还可以输入 %n 个字</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Confirm</name>
    <message>
        <source>A payment waits for your word</source>
        <translation>有一笔付款等你确认</translation>
    </message>
    <message>
        <source>Open the wallet to answer.</source>
        <translation>打开钱包处理。</translation>
    </message>
    <message>
        <source>{amount} at {name}</source>
        <translation>{name}，{amount}</translation>
    </message>
</context>
<context>
    <name>ConfirmFace</name>
    <message>
        <source>Price</source>
        <translation>原价</translation>
    </message>
    <message>
        <source>From</source>
        <translation>付款方式</translation>
    </message>
    <message>
        <source>Missing</source>
        <translation>还差</translation>
    </message>
    <message>
        <source>Left afterwards</source>
        <translation>付后余额</translation>
    </message>
    <message>
        <source>You earn</source>
        <translation>可得</translation>
    </message>
    <message>
        <source>Add a note for yourself</source>
        <translation>给自己留个备注</translation>
    </message>
    <message>
        <source>Pay {amount}</source>
        <translation>付款 {amount}</translation>
    </message>
    <message>
        <source>Change the amount</source>
        <translation>修改金额</translation>
    </message>
    <message>
        <source>Decline</source>
        <translation>拒绝</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>稍后再说</translation>
    </message>
    <message>
        <source>Coupon</source>
        <translation>优惠券</translation>
    </message>
    <message>
        <source>{beans} used</source>
        <translation>用掉 {beans}</translation>
    </message>
    <message>
        <source>The cashier scanned your code. This amount needs your word.</source>
        <translation>收银员扫了你的付款码，这个金额需要你确认。</translation>
    </message>
    <message>
        <source>The cashier scanned your code. Today&apos;s small payments are used up, so this one needs your word.</source>
        <translation>收银员扫了你的付款码。今天的小额免密额度已用完，这笔需要你确认。</translation>
    </message>
    <message>
        <source>Somebody used the digits you had shown. Agree only if you are at this till now.</source>
        <translation>有人用了你显示过的付款码数字。你此刻就在这个收银台前才同意。</translation>
    </message>
    <message>
        <source>Your balance</source>
        <translation>钱包余额</translation>
    </message>
    <message>
        <source>Your balance, {amount}</source>
        <translation>钱包余额 {amount}</translation>
    </message>
    <message>
        <source>Time has run out. Nothing was paid.</source>
        <translation>时间已到，没有付款。</translation>
    </message>
    <message>
        <source>The cashier waits for {time}</source>
        <translation>收银员还会等 {time}</translation>
    </message>
    <message>
        <source>This order has expired. Ask the cashier for a new code.</source>
        <translation>订单已过期，请收银员重新出码。</translation>
    </message>
    <message>
        <source>This order waits for you for {time}</source>
        <translation>请在 {time} 内付款</translation>
    </message>
</context>
<context>
    <name>ConfirmStrip</name>
    <message>
        <source>{name} waits for your word on {amount}</source>
        <translation>{name}等你确认 {amount}</translation>
    </message>
    <message>
        <source>Nothing is paid before you agree.</source>
        <translation>你同意之前不会扣款。</translation>
    </message>
    <message>
        <source>Nothing is paid before you agree. Waiting besides: {count}</source>
        <translation>你同意之前不会扣款。另外还有 {count} 笔在等。</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>去处理</translation>
    </message>
</context>
<context>
    <name>ContextChip</name>
    <message>
        <source>Open a case</source>
        <translation>建立工单</translation>
    </message>
    <message>
        <source>Don&apos;t ask about this</source>
        <translation>不问这个了</translation>
    </message>
</context>
<context>
    <name>ContextView</name>
    <message>
        <source>Number {number}</source>
        <translation>编号 {number}</translation>
    </message>
</context>
<context>
    <name>Counter</name>
    <message>
        <source>Being taken back</source>
        <translation>正在撤销</translation>
    </message>
    <message>
        <source>Result not known yet</source>
        <translation>结果未知</translation>
    </message>
    <message>
        <source>Taken back</source>
        <translation>已撤销</translation>
    </message>
    <message>
        <source>Not paid</source>
        <translation>未支付</translation>
    </message>
    <message>
        <source>Refunded</source>
        <translation>已退款</translation>
    </message>
    <message>
        <source>Partly refunded</source>
        <translation>部分退款</translation>
    </message>
    <message>
        <source>Used by another till</source>
        <translation>已用于另一台收银机</translation>
    </message>
    <message>
        <source>No payment found</source>
        <translation>没有找到付款</translation>
    </message>
    <message>
        <source>Paid</source>
        <translation>已支付</translation>
    </message>
    <message>
        <source>Payment code</source>
        <translation>付款码</translation>
    </message>
    <message>
        <source>Customer scanned</source>
        <translation>顾客扫码</translation>
    </message>
    <message>
        <source>Cash</source>
        <translation>现金</translation>
    </message>
    <message>
        <source>Confirmation code</source>
        <translation>确认码</translation>
    </message>
    <message>
        <source>Printed code</source>
        <translation>固定码</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>已找到</translation>
    </message>
    <message>
        <source>Not looked up yet</source>
        <translation>尚未核对</translation>
    </message>
    <message>
        <source>There is not enough money in the customer&apos;s wallet.</source>
        <translation>顾客钱包余额不足。</translation>
    </message>
    <message>
        <source>It is over a limit of the customer&apos;s wallet.</source>
        <translation>超出了顾客钱包的限额。</translation>
    </message>
    <message>
        <source>The customer&apos;s wallet is frozen; they can thaw it in the wallet.</source>
        <translation>顾客的钱包已冻结，可由本人在钱包里解冻。</translation>
    </message>
    <message>
        <source>This is the merchant&apos;s own wallet; it can&apos;t pay here.</source>
        <translation>这是商户自己的钱包，不能在这里付款。</translation>
    </message>
    <message>
        <source>The sale was cancelled.</source>
        <translation>这笔收款已取消。</translation>
    </message>
    <message>
        <source>Nobody scanned it in time.</source>
        <translation>没有人及时扫码。</translation>
    </message>
    <message>
        <source>The sale was taken back.</source>
        <translation>这笔收款已撤销。</translation>
    </message>
    <message>
        <source>There is no internet. The customer can pay the printed code and show eight digits.</source>
        <translation>现在没有网络。顾客可以扫店内的固定码付款，再出示八位数字。</translation>
    </message>
    <message>
        <source>This is a code of {system}; ask for the K-Bean code.</source>
        <translation>这是{system}的码，请顾客出示 K豆钱包付款码。</translation>
    </message>
    <message>
        <source>This is a shop&apos;s code; ask the customer to show their payment code.</source>
        <translation>这是商家的收款码，请顾客出示自己的付款码。</translation>
    </message>
    <message>
        <source>This is a person&apos;s code for transfers; ask the customer to show their payment code.</source>
        <translation>这是个人收款码，只能用来转账。请顾客出示付款码。</translation>
    </message>
    <message>
        <source>This is a web address; ask the customer to show their payment code.</source>
        <translation>这是一个网址，请顾客出示付款码。</translation>
    </message>
    <message>
        <source>The code was not read whole; please scan it again.</source>
        <translation>付款码没有读全，请再扫一次。</translation>
    </message>
    <message>
        <source>This is no payment code and no item&apos;s barcode.</source>
        <translation>这不是付款码，也不是商品条码。</translation>
    </message>
    <message>
        <source>{number}: {there} was paid by the bill; here the sale counts as not paid.</source>
        <translation>{number}：账单上已付 {there}，本机记为未付。</translation>
    </message>
    <message>
        <source>{number}: taken back by the bill; here its {here} counts as paid.</source>
        <translation>{number}：账单上已撤销，本机仍记为已付 {here}。</translation>
    </message>
    <message>
        <source>{number}: a sale of {there} is on the bill and not in this counter&apos;s record.</source>
        <translation>{number}：账单上有一笔 {there} 的收款，本机没有记录。</translation>
    </message>
    <message>
        <source>{number}: a sale of {here} is in this counter&apos;s record and not on the bill.</source>
        <translation>{number}：本机记了一笔 {here} 的收款，账单上没有。</translation>
    </message>
    <message>
        <source>{number}: {there} by the bill, {here} by this counter.</source>
        <translation>{number}：账单 {there}，本机 {here}。</translation>
    </message>
    <message>
        <source>{number}: a refund of {there} is on the bill and not in this counter&apos;s record.</source>
        <translation>{number}：账单上有一笔 {there} 的退款，本机没有记录。</translation>
    </message>
    <message>
        <source>{number}: a refund of {here} is in this counter&apos;s record and not on the bill.</source>
        <translation>{number}：本机记了一笔 {here} 的退款，账单上没有。</translation>
    </message>
    <message>
        <source>{number}: refunded {there} by the bill, {here} by this counter.</source>
        <translation>{number}：账单退款 {there}，本机退款 {here}。</translation>
    </message>
</context>
<context>
    <name>CounterApp</name>
    <message numerus="yes">
        <source>Nobody there? Signing out in %n second(s); any key stays.</source>
        <translation>
            <numerusform>没人在吗？%n 秒后退出登录，按任意键继续。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CounterRooms</name>
    <message>
        <source>Slip saved</source>
        <translation>小票已保存</translation>
    </message>
    <message>
        <source>Save the slip</source>
        <translation>保存小票</translation>
    </message>
</context>
<context>
    <name>CounterShell</name>
    <message>
        <source>Sell</source>
        <translation>收款</translation>
    </message>
    <message>
        <source>Refund</source>
        <translation>退款</translation>
    </message>
    <message>
        <source>Shift</source>
        <translation>班次</translation>
    </message>
    <message>
        <source>Prices</source>
        <translation>价目</translation>
    </message>
    <message>
        <source>Bills</source>
        <translation>账单</translation>
    </message>
    <message>
        <source>People</source>
        <translation>人员</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Scan with the camera</source>
        <translation>用摄像头扫码</translation>
    </message>
    <message>
        <source>demo, no real money</source>
        <translation>演示，没有真钱</translation>
    </message>
    <message>
        <source>Shift {number}</source>
        <translation>第 {number} 班</translation>
    </message>
    <message>
        <source>No shift is open</source>
        <translation>还没有开班</translation>
    </message>
    <message>
        <source>Sign {name} out</source>
        <translation>{name} 离开收银台</translation>
    </message>
    <message>
        <source>Somebody else takes over</source>
        <translation>换人收银</translation>
    </message>
    <message>
        <source>Online</source>
        <translation>在线</translation>
    </message>
    <message>
        <source>Offline</source>
        <translation>离线</translation>
    </message>
    <message>
        <source>Not secure</source>
        <translation>不安全</translation>
    </message>
    <message>
        <source>Service disturbed</source>
        <translation>服务异常</translation>
    </message>
    <message>
        <source>Connecting</source>
        <translation>正在连接</translation>
    </message>
</context>
<context>
    <name>CounterWindow</name>
    <message>
        <source>K-Bean counter</source>
        <translation>K豆收银台</translation>
    </message>
</context>
<context>
    <name>CustomerDisplay</name>
    <message>
        <source>Customer display</source>
        <translation>顾客屏</translation>
    </message>
    <message>
        <source>Code to pay with the K-Bean wallet</source>
        <translation>用 K豆钱包付款的二维码</translation>
    </message>
    <message>
        <source>Paid, thank you</source>
        <translation>已支付，谢谢</translation>
    </message>
    <message>
        <source>Not paid</source>
        <translation>未支付</translation>
    </message>
    <message>
        <source>To pay</source>
        <translation>应付</translation>
    </message>
    <message>
        <source>Welcome</source>
        <translation>欢迎光临</translation>
    </message>
    <message>
        <source>Scan this with your K-Bean wallet</source>
        <translation>请用 K豆钱包扫一扫</translation>
    </message>
    <message>
        <source>{count} K-Beans for you</source>
        <translation>送您 {count} 颗 K豆</translation>
    </message>
    <message>
        <source>Nothing was taken from you</source>
        <translation>没有扣您的钱</translation>
    </message>
    <message>
        <source>Please confirm in your wallet</source>
        <translation>请在钱包里确认</translation>
    </message>
    <message>
        <source>One moment</source>
        <translation>请稍候</translation>
    </message>
    <message>
        <source>Please show your payment code</source>
        <translation>请出示付款码</translation>
    </message>
</context>
<context>
    <name>DeductionChoice</name>
    <message>
        <source>Pay {amount} with K-Beans</source>
        <translation>用 K豆抵 {amount}</translation>
    </message>
    <message>
        <source>How many K-Beans</source>
        <translation>用多少 K豆</translation>
    </message>
    <message>
        <source>{count} of {most}</source>
        <translation>{count}，最多 {most}</translation>
    </message>
    <message>
        <source>{amount} off: {name}, until {day}</source>
        <translation>减 {amount}：{name}，{day}前有效</translation>
    </message>
</context>
<context>
    <name>Dialogs</name>
    <message>
        <source>OK</source>
        <translation>好</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Pictures, PDF and text</source>
        <translation>图片、PDF 和文本</translation>
    </message>
</context>
<context>
    <name>DoneStep</name>
    <message>
        <source>Your wallet is ready</source>
        <translation>钱包准备好了</translation>
    </message>
    <message>
        <source>Everything on this device is encrypted. Scan a merchant&apos;s code to pay.</source>
        <translation>这台设备上的数据已全部加密。扫商户的码就能付款。</translation>
    </message>
    <message>
        <source>Open my wallet</source>
        <translation>打开钱包</translation>
    </message>
</context>
<context>
    <name>EndFace</name>
    <message>
        <source>Scan another code</source>
        <translation>再扫一个</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Ask about this</source>
        <translation>问问客服</translation>
    </message>
    <message>
        <source>Number to quote</source>
        <translation>咨询时请报此编号</translation>
    </message>
    <message>
        <source>The answer is missing</source>
        <translation>还没收到结果</translation>
    </message>
    <message>
        <source>It is not known yet whether money moved.</source>
        <translation>暂时无法确定是否已扣款。</translation>
    </message>
    <message>
        <source>The wallet keeps asking and will tell you. Don&apos;t pay a second time yet.</source>
        <translation>钱包会继续查询，有结果就告诉你。请先不要重复付款。</translation>
    </message>
    <message>
        <source>Ask now</source>
        <translation>立即查询</translation>
    </message>
    <message>
        <source>Let the wallet ask and go on</source>
        <translation>让钱包去查，我先忙别的</translation>
    </message>
</context>
<context>
    <name>Errors</name>
    <message>
        <source>{title}. {action}</source>
        <translation>{title}。{action}</translation>
    </message>
    <message>
        <source>The service did not understand the wallet</source>
        <translation>服务方看不懂钱包的请求</translation>
    </message>
    <message>
        <source>Update the wallet. If it stays like this, tell us.</source>
        <translation>请更新钱包；仍不行请联系我们。</translation>
    </message>
    <message>
        <source>That does not fit</source>
        <translation>填写有误</translation>
    </message>
    <message>
        <source>Check what you typed and try again.</source>
        <translation>请检查输入后重试。</translation>
    </message>
    <message>
        <source>That is not there</source>
        <translation>没有找到</translation>
    </message>
    <message>
        <source>Check the address, or refresh and try again.</source>
        <translation>请检查地址，或刷新后重试。</translation>
    </message>
    <message>
        <source>The wallet and the service do not fit together</source>
        <translation>钱包与服务版本不匹配</translation>
    </message>
    <message>
        <source>Update the wallet.</source>
        <translation>请更新钱包。</translation>
    </message>
    <message>
        <source>That was too much at once</source>
        <translation>内容太多了</translation>
    </message>
    <message>
        <source>Shorten what you typed and try again.</source>
        <translation>请精简后重试。</translation>
    </message>
    <message>
        <source>Too many tries in a short time</source>
        <translation>尝试过于频繁</translation>
    </message>
    <message>
        <source>Wait a moment, then try again.</source>
        <translation>请稍候再试。</translation>
    </message>
    <message>
        <source>The service is very busy</source>
        <translation>服务繁忙</translation>
    </message>
    <message>
        <source>Try again in a few seconds.</source>
        <translation>请过几秒再试。</translation>
    </message>
    <message>
        <source>The service is restarting</source>
        <translation>服务正在重启</translation>
    </message>
    <message>
        <source>Try again in a minute.</source>
        <translation>请过一分钟再试。</translation>
    </message>
    <message>
        <source>Something went wrong at the service</source>
        <translation>服务方出错了</translation>
    </message>
    <message>
        <source>The wallet keeps asking what became of it. Don&apos;t pay a second time yet.</source>
        <translation>钱包会继续查询结果，请先不要重复付款。</translation>
    </message>
    <message>
        <source>This payment was already sent in another form</source>
        <translation>这笔付款已用别的内容提交过</translation>
    </message>
    <message>
        <source>Scan the code again to start afresh.</source>
        <translation>请重新扫码付款。</translation>
    </message>
    <message>
        <source>Your first request is still on its way</source>
        <translation>上一次请求还在处理中</translation>
    </message>
    <message>
        <source>Wait a few seconds. The wallet asks by itself.</source>
        <translation>请稍等几秒，钱包会自动查询。</translation>
    </message>
    <message>
        <source>You are not signed in</source>
        <translation>你尚未登录</translation>
    </message>
    <message>
        <source>Sign in again, then try once more.</source>
        <translation>请重新登录后再试。</translation>
    </message>
    <message>
        <source>Your sign-in has run out</source>
        <translation>登录已过期</translation>
    </message>
    <message>
        <source>Try again. The wallet renews it by itself.</source>
        <translation>请重试，钱包会自动续期。</translation>
    </message>
    <message>
        <source>You were signed out on this device</source>
        <translation>你在这台设备上已退出登录</translation>
    </message>
    <message>
        <source>Sign in again with your passphrase.</source>
        <translation>请用口令重新登录。</translation>
    </message>
    <message>
        <source>Your account may not do that</source>
        <translation>你的账户没有此权限</translation>
    </message>
    <message>
        <source>Ask the organisation that runs this service.</source>
        <translation>请咨询提供服务的机构。</translation>
    </message>
    <message>
        <source>The contact or the passphrase is wrong</source>
        <translation>联系方式或口令不正确</translation>
    </message>
    <message>
        <source>Check both and try again.</source>
        <translation>请检查后重试。</translation>
    </message>
    <message>
        <source>Too many wrong passphrases</source>
        <translation>口令输错次数过多</translation>
    </message>
    <message>
        <source>Signing in is locked for a while. Wait, then use the right one.</source>
        <translation>登录已暂时锁定，请稍后用正确的口令再试。</translation>
    </message>
    <message>
        <source>That is not an e-mail address or phone number</source>
        <translation>这不是邮箱或手机号</translation>
    </message>
    <message>
        <source>Write it as name@example.org or +86 138 0013 8000.</source>
        <translation>请写成 name@example.org 或 +86 138 0013 8000 这样。</translation>
    </message>
    <message>
        <source>This contact already has a wallet</source>
        <translation>此联系方式已开通钱包</translation>
    </message>
    <message>
        <source>Choose “I have a wallet” and sign in.</source>
        <translation>请选“我已有钱包”登录。</translation>
    </message>
    <message>
        <source>That passphrase is too easy to guess</source>
        <translation>口令太容易被猜到</translation>
    </message>
    <message>
        <source>Add a word or two that nobody would expect.</source>
        <translation>再加一两个别人想不到的词。</translation>
    </message>
    <message>
        <source>The name is empty or too long</source>
        <translation>姓名为空或过长</translation>
    </message>
    <message>
        <source>Write a name of 1 to 60 letters.</source>
        <translation>请填写 1 到 60 个字的姓名。</translation>
    </message>
    <message>
        <source>This device&apos;s key was not accepted</source>
        <translation>这台设备的密钥未被接受</translation>
    </message>
    <message>
        <source>Set the wallet up again. If it stays like this, tell us.</source>
        <translation>请重新设置钱包；仍不行请联系我们。</translation>
    </message>
    <message>
        <source>This device was signed out for good</source>
        <translation>这台设备已被永久移除</translation>
    </message>
    <message>
        <source>Set the wallet up again on this device to use it.</source>
        <translation>如要继续使用，请在这台设备上重新设置钱包。</translation>
    </message>
    <message>
        <source>Your sign-in is no longer valid</source>
        <translation>登录已失效</translation>
    </message>
    <message>
        <source>The service could not verify this device</source>
        <translation>服务方无法核验这台设备</translation>
    </message>
    <message>
        <source>Sign in again. If it stays like this, tell us.</source>
        <translation>请重新登录；仍不行请联系我们。</translation>
    </message>
    <message>
        <source>This device&apos;s clock is wrong</source>
        <translation>这台设备的时间不准</translation>
    </message>
    <message>
        <source>Set the date and time to automatic, then try again.</source>
        <translation>请把日期和时间设为自动，然后重试。</translation>
    </message>
    <message>
        <source>This is not a payment code</source>
        <translation>这不是付款码</translation>
    </message>
    <message>
        <source>Ask the cashier for the code to pay, or scan it again.</source>
        <translation>请向收银员索要收款码，或重新扫描。</translation>
    </message>
    <message>
        <source>The code could not be read without mistakes</source>
        <translation>没能准确读出这个码</translation>
    </message>
    <message>
        <source>Scan it again, closer or in better light.</source>
        <translation>请靠近一些，或在亮处重新扫描。</translation>
    </message>
    <message>
        <source>This code belongs to another payment system</source>
        <translation>这是其他支付平台的码</translation>
    </message>
    <message>
        <source>Ask for the code of this wallet, or pay in another way.</source>
        <translation>请商户出示本钱包的收款码，或换一种方式付款。</translation>
    </message>
    <message>
        <source>Nobody vouches for this code</source>
        <translation>此码没有经过认证</translation>
    </message>
    <message>
        <source>Ask the merchant for a new code. Don&apos;t pay this one.</source>
        <translation>请勿付款，让商户重新出码。</translation>
    </message>
    <message>
        <source>This code was tampered with</source>
        <translation>此码被改动过</translation>
    </message>
    <message>
        <source>Don&apos;t pay it. Tell the merchant and ask for a new code.</source>
        <translation>请勿付款，告知商户并让其重新出码。</translation>
    </message>
    <message>
        <source>The merchant has withdrawn this code</source>
        <translation>商户已停用此码</translation>
    </message>
    <message>
        <source>Ask the merchant for the new one.</source>
        <translation>请向商户索要新码。</translation>
    </message>
    <message>
        <source>This merchant takes no payments now</source>
        <translation>该商户暂不收款</translation>
    </message>
    <message>
        <source>Ask at the counter, or try again later.</source>
        <translation>请询问柜台，或稍后再试。</translation>
    </message>
    <message>
        <source>There is no such order</source>
        <translation>没有这个订单</translation>
    </message>
    <message>
        <source>Ask the cashier to show the code again.</source>
        <translation>请收银员重新出示收款码。</translation>
    </message>
    <message>
        <source>This order has expired</source>
        <translation>订单已过期</translation>
    </message>
    <message>
        <source>Ask the cashier for a new code.</source>
        <translation>请收银员重新出码。</translation>
    </message>
    <message>
        <source>This order is already paid</source>
        <translation>订单已付过款</translation>
    </message>
    <message>
        <source>Look in Activity: if it was you, the receipt is there.</source>
        <translation>请查看账单：如果是你付的，收据就在里面。</translation>
    </message>
    <message>
        <source>The merchant has cancelled this order</source>
        <translation>商户已取消订单</translation>
    </message>
    <message>
        <source>The order has changed meanwhile</source>
        <translation>订单内容有变动</translation>
    </message>
    <message>
        <source>Scan the code again and check the amount.</source>
        <translation>请重新扫码并核对金额。</translation>
    </message>
    <message>
        <source>This order number was used before</source>
        <translation>这个订单号已用过</translation>
    </message>
    <message>
        <source>Ask the cashier to make a new order.</source>
        <translation>请收银员重新下单。</translation>
    </message>
    <message>
        <source>That is not an amount that can be paid</source>
        <translation>金额无效</translation>
    </message>
    <message>
        <source>Enter digits, such as 12.50.</source>
        <translation>请输入数字，例如 12.50。</translation>
    </message>
    <message>
        <source>That is more than one payment can carry</source>
        <translation>超出了单笔付款的上限</translation>
    </message>
    <message>
        <source>Enter a smaller amount, or pay in parts.</source>
        <translation>请减少金额，或分几次付。</translation>
    </message>
    <message>
        <source>This currency is not available here</source>
        <translation>这里不支持此货币</translation>
    </message>
    <message>
        <source>Ask the merchant for a code in your currency.</source>
        <translation>请商户出示你所用货币的收款码。</translation>
    </message>
    <message>
        <source>The code asks for another currency</source>
        <translation>此码收的是另一种货币</translation>
    </message>
    <message>
        <source>There is not enough money in your wallet</source>
        <translation>余额不足</translation>
    </message>
    <message>
        <source>Pay a smaller amount, or have your wallet topped up first.</source>
        <translation>请减少金额，或先充值。</translation>
    </message>
    <message>
        <source>That is over the limit for this kind of payment</source>
        <translation>超出了此类付款的限额</translation>
    </message>
    <message>
        <source>Ask the merchant for a code with the amount in it, or pay less.</source>
        <translation>请商户出示带金额的码，或减少金额。</translation>
    </message>
    <message>
        <source>Your account is frozen</source>
        <translation>你的账户已冻结</translation>
    </message>
    <message>
        <source>This code pays yourself</source>
        <translation>不能付款给自己</translation>
    </message>
    <message>
        <source>Scan another code.</source>
        <translation>请扫其他的码。</translation>
    </message>
    <message>
        <source>The service does not know this payment</source>
        <translation>服务方查不到这笔付款</translation>
    </message>
    <message>
        <source>Refresh Activity and look again.</source>
        <translation>请刷新账单后再看。</translation>
    </message>
    <message>
        <source>That conversation is not there</source>
        <translation>找不到这个对话</translation>
    </message>
    <message>
        <source>Start a new one under Help.</source>
        <translation>请在「帮助」里重新发起。</translation>
    </message>
    <message>
        <source>This conversation is closed</source>
        <translation>这个对话已经结束</translation>
    </message>
    <message>
        <source>Write again to reopen it, or start a new one.</source>
        <translation>再发一条消息即可重新打开，也可以另开一个。</translation>
    </message>
    <message>
        <source>There is nothing to send yet</source>
        <translation>还没有可以发送的内容</translation>
    </message>
    <message>
        <source>Type something, or add a picture.</source>
        <translation>写点什么，或者加一张图片。</translation>
    </message>
    <message>
        <source>This message was already sent with other words</source>
        <translation>这条消息已用别的内容发送过</translation>
    </message>
    <message>
        <source>Write it again as a new message.</source>
        <translation>请作为新消息再写一次。</translation>
    </message>
    <message>
        <source>This kind of file can&apos;t be sent</source>
        <translation>不支持发送这种文件</translation>
    </message>
    <message>
        <source>Send a picture (PNG, JPEG, WebP), a PDF or a text file.</source>
        <translation>请发送图片（PNG、JPEG、WebP）、PDF 或文本文件。</translation>
    </message>
    <message>
        <source>The file is too large</source>
        <translation>文件太大</translation>
    </message>
    <message>
        <source>Send a smaller one, or a part of it.</source>
        <translation>请换一个小一点的，或只发其中一部分。</translation>
    </message>
    <message>
        <source>The file changed on its way</source>
        <translation>文件在传送中发生了变化</translation>
    </message>
    <message>
        <source>Send it again.</source>
        <translation>请重新发送。</translation>
    </message>
    <message>
        <source>That file is not there any more</source>
        <translation>这个文件已经不在了</translation>
    </message>
    <message>
        <source>Ask for it to be sent again.</source>
        <translation>请对方再发一次。</translation>
    </message>
    <message>
        <source>That question is not there any more</source>
        <translation>这个请求已经不在了</translation>
    </message>
    <message>
        <source>Ask in the conversation.</source>
        <translation>请在对话里问一下客服。</translation>
    </message>
    <message>
        <source>You answered this already</source>
        <translation>你已经回应过了</translation>
    </message>
    <message>
        <source>Nothing more to do here.</source>
        <translation>这里不用再操作。</translation>
    </message>
    <message>
        <source>The time to answer this has passed</source>
        <translation>回应时间已过</translation>
    </message>
    <message>
        <source>Ask the agent to send it again.</source>
        <translation>请让客服重新发送一次。</translation>
    </message>
    <message>
        <source>That does not prove who you are</source>
        <translation>身份验证没有通过</translation>
    </message>
    <message>
        <source>Please prove who you are first</source>
        <translation>请先验证身份</translation>
    </message>
    <message>
        <source>Confirm with your passphrase.</source>
        <translation>请用登录口令确认。</translation>
    </message>
    <message>
        <source>The account is frozen already</source>
        <translation>账户已经处于冻结状态</translation>
    </message>
    <message>
        <source>Nothing leaves it. Lift the freeze under Security.</source>
        <translation>现在不会有任何支出。可在「安全」里解除冻结。</translation>
    </message>
    <message>
        <source>The operator has frozen this account</source>
        <translation>账户由运营方冻结</translation>
    </message>
    <message>
        <source>Ask under Help why, and what is needed.</source>
        <translation>请在「帮助」里询问原因和解除办法。</translation>
    </message>
    <message>
        <source>That time has just been taken</source>
        <translation>这个时段刚被约走</translation>
    </message>
    <message>
        <source>Choose another time.</source>
        <translation>请另选一个时间。</translation>
    </message>
    <message>
        <source>Nobody can call at that time</source>
        <translation>这个时间没有人可以回电</translation>
    </message>
    <message>
        <source>Choose one of the times that are offered.</source>
        <translation>请从列出的时段中选择。</translation>
    </message>
    <message>
        <source>That case is not there</source>
        <translation>找不到这个工单</translation>
    </message>
    <message>
        <source>Check the number, or ask under Help.</source>
        <translation>请核对编号，或在「帮助」里询问。</translation>
    </message>
    <message>
        <source>The case has moved on meanwhile</source>
        <translation>工单的状态已经变化</translation>
    </message>
    <message>
        <source>Look at it again, then decide.</source>
        <translation>请重新查看后再决定。</translation>
    </message>
    <message>
        <source>This survey is closed</source>
        <translation>这份评价已经关闭</translation>
    </message>
    <message>
        <source>Write under Help if you want to say more.</source>
        <translation>如果还有话想说，请在「帮助」里留言。</translation>
    </message>
    <message>
        <source>There is nothing under that number</source>
        <translation>没有这个编号的记录</translation>
    </message>
    <message>
        <source>This payment code is not known here</source>
        <translation>无法识别这个付款码</translation>
    </message>
    <message>
        <source>Ask the customer to show a new code from this wallet.</source>
        <translation>请顾客打开本钱包，重新出示付款码。</translation>
    </message>
    <message>
        <source>The payment code is too old</source>
        <translation>付款码已过期</translation>
    </message>
    <message>
        <source>Ask the customer to show a new code.</source>
        <translation>请顾客刷新付款码后再扫。</translation>
    </message>
    <message>
        <source>The payment code was used already</source>
        <translation>这个付款码已经用过</translation>
    </message>
    <message>
        <source>Look at the last sale, then ask for a new code.</source>
        <translation>请先查看上一笔收款，再请顾客刷新付款码。</translation>
    </message>
    <message>
        <source>The payment code was withdrawn</source>
        <translation>这个付款码已失效</translation>
    </message>
    <message>
        <source>Ask the customer for a new code, or another way to pay.</source>
        <translation>请顾客换一个新的付款码，或换一种方式付款。</translation>
    </message>
    <message>
        <source>Too many wrong payment codes</source>
        <translation>付款码错误次数过多</translation>
    </message>
    <message>
        <source>Ask the customer to go online and show a new code.</source>
        <translation>请顾客连上网络，刷新付款码后再扫。</translation>
    </message>
    <message>
        <source>The customer declined</source>
        <translation>顾客拒绝了这笔付款</translation>
    </message>
    <message>
        <source>Check the amount together, or ask for another way to pay.</source>
        <translation>请与顾客核对金额，或换一种方式付款。</translation>
    </message>
    <message>
        <source>That sale is not there</source>
        <translation>找不到这笔收款</translation>
    </message>
    <message>
        <source>Check the order number.</source>
        <translation>请核对订单号。</translation>
    </message>
    <message>
        <source>This sale was reversed and is closed</source>
        <translation>这笔收款已撤销并关闭</translation>
    </message>
    <message>
        <source>Start a new sale and ask the customer for a new code.</source>
        <translation>请重新发起收款，并请顾客刷新付款码。</translation>
    </message>
    <message>
        <source>This sale was paid too long ago to be reversed</source>
        <translation>这笔收款付得太久，不能再撤销</translation>
    </message>
    <message>
        <source>Refund it instead; a supervisor or manager may.</source>
        <translation>请改用退款，由主管或店长操作。</translation>
    </message>
    <message>
        <source>There is nothing to confirm</source>
        <translation>没有待确认的付款</translation>
    </message>
    <message>
        <source>Ask the cashier whether the payment still stands.</source>
        <translation>请问一下收银员，这笔收款是否还在进行。</translation>
    </message>
    <message>
        <source>That is more than what is left of the payment</source>
        <translation>金额超过了这笔付款的可退余额</translation>
    </message>
    <message>
        <source>Enter a smaller amount.</source>
        <translation>请输入小一点的金额。</translation>
    </message>
    <message>
        <source>Your role does not include refunds</source>
        <translation>你没有退款权限</translation>
    </message>
    <message>
        <source>Ask a colleague who may refund.</source>
        <translation>请有退款权限的同事来操作。</translation>
    </message>
    <message>
        <source>This refund number was used for another refund</source>
        <translation>这个退款单号已用于另一笔退款</translation>
    </message>
    <message>
        <source>Look at what was refunded so far, then start a new refund.</source>
        <translation>请先查看已退了多少，再重新发起退款。</translation>
    </message>
    <message>
        <source>That refund is not there</source>
        <translation>找不到这笔退款</translation>
    </message>
    <message>
        <source>Check the number.</source>
        <translation>请核对编号。</translation>
    </message>
    <message>
        <source>There is nothing to refund on this order</source>
        <translation>这笔订单没有可退的金额</translation>
    </message>
    <message>
        <source>Check whether the order was paid, or refunded already.</source>
        <translation>请核对订单是否已付款，或是否已经退过。</translation>
    </message>
    <message>
        <source>The shop&apos;s balance is too low for this refund</source>
        <translation>商户余额不足，暂时无法退款</translation>
    </message>
    <message>
        <source>Try again after more sales, or ask the manager.</source>
        <translation>请等有新的收款后再试，或联系店长。</translation>
    </message>
    <message>
        <source>You don&apos;t have enough K-Beans</source>
        <translation>K豆不够</translation>
    </message>
    <message>
        <source>Use fewer, or choose something that takes fewer.</source>
        <translation>请少用一些，或换一个所需K豆更少的。</translation>
    </message>
    <message>
        <source>That many K-Beans can&apos;t be used here</source>
        <translation>这里不能用这么多K豆</translation>
    </message>
    <message>
        <source>Change the number, or go on without K-Beans.</source>
        <translation>请调整数量，或不用K豆。</translation>
    </message>
    <message>
        <source>That coupon is not there</source>
        <translation>找不到这张优惠券</translation>
    </message>
    <message>
        <source>Choose another, or pay without a coupon.</source>
        <translation>请换一张，或不用优惠券直接付款。</translation>
    </message>
    <message>
        <source>The coupon was used already</source>
        <translation>这张优惠券已经用过</translation>
    </message>
    <message>
        <source>The coupon has expired</source>
        <translation>优惠券已过期</translation>
    </message>
    <message>
        <source>The coupon does not fit this payment</source>
        <translation>这笔付款不能用这张优惠券</translation>
    </message>
    <message>
        <source>That item is not there any more</source>
        <translation>这件商品已下架</translation>
    </message>
    <message>
        <source>Choose something else.</source>
        <translation>请看看别的。</translation>
    </message>
    <message>
        <source>The item is sold out</source>
        <translation>这件商品已兑完</translation>
    </message>
    <message>
        <source>You have redeemed this as often as one person may</source>
        <translation>你的兑换次数已达上限</translation>
    </message>
    <message>
        <source>That redemption is not there</source>
        <translation>找不到这次兑换</translation>
    </message>
    <message>
        <source>Look for it under K-Beans.</source>
        <translation>请在「K豆」里查找。</translation>
    </message>
    <message>
        <source>This redemption has ended already</source>
        <translation>这次兑换已经结束</translation>
    </message>
    <message>
        <source>Look under K-Beans to see what became of it.</source>
        <translation>请在「K豆」里查看结果。</translation>
    </message>
    <message>
        <source>This offer is used up</source>
        <translation>这个优惠的名额已用完</translation>
    </message>
    <message>
        <source>Go on without it, or choose another.</source>
        <translation>可以不用优惠继续，或换一个。</translation>
    </message>
    <message>
        <source>Nobody was found under this</source>
        <translation>没有找到收款人</translation>
    </message>
    <message>
        <source>Check what you typed, or ask the person for their code.</source>
        <translation>请核对填写的内容，或请对方出示收款码。</translation>
    </message>
    <message>
        <source>It is too long since you looked this person up</source>
        <translation>收款人信息已过期</translation>
    </message>
    <message>
        <source>Look them up again and check the name.</source>
        <translation>请重新查找收款人，并核对姓名。</translation>
    </message>
    <message>
        <source>No more names can be checked for now</source>
        <translation>核对姓名的次数已用完</translation>
    </message>
    <message>
        <source>Wait a while, then look the person up again.</source>
        <translation>请过一会儿再查找收款人。</translation>
    </message>
    <message>
        <source>This needs your passphrase</source>
        <translation>这项操作需要验证口令</translation>
    </message>
    <message>
        <source>Enter it to go on.</source>
        <translation>请输入口令后继续。</translation>
    </message>
    <message>
        <source>The service does not know this transfer</source>
        <translation>服务方没有这笔转账的记录</translation>
    </message>
    <message>
        <source>That request for money is not there</source>
        <translation>找不到这个收款请求</translation>
    </message>
    <message>
        <source>Refresh and look again, or have it sent anew.</source>
        <translation>请刷新后再看，或重新发起一个。</translation>
    </message>
    <message>
        <source>This request for money has ended</source>
        <translation>这个收款请求已结束</translation>
    </message>
    <message>
        <source>Look in Activity whether it was paid, or have it sent anew.</source>
        <translation>请在账单里查看是否已付款，或重新发起一个。</translation>
    </message>
    <message>
        <source>The parts do not add up to the bill</source>
        <translation>各人金额加起来与总额不符</translation>
    </message>
    <message>
        <source>Change the parts until nothing is left over or missing.</source>
        <translation>请调整各人的金额，使合计与总额一致。</translation>
    </message>
    <message>
        <source>That plan is not there</source>
        <translation>找不到这个定期付款</translation>
    </message>
    <message>
        <source>Refresh your plans and look again.</source>
        <translation>请刷新定期付款列表后再看。</translation>
    </message>
    <message>
        <source>This plan has ended</source>
        <translation>这个定期付款已结束</translation>
    </message>
    <message>
        <source>Make a new one to go on paying.</source>
        <translation>如需继续付款，请新建一个。</translation>
    </message>
    <message>
        <source>Nothing would ever be paid on these days</source>
        <translation>按这样的日期，一次也不会付款</translation>
    </message>
    <message>
        <source>Check the first day, the last day and how often to pay.</source>
        <translation>请检查开始日期、结束日期和付款频率。</translation>
    </message>
    <message>
        <source>This order asks for a pre-authorisation</source>
        <translation>这笔订单需要的是预授权</translation>
    </message>
    <message>
        <source>Scan the code again and check what it asks for.</source>
        <translation>请重新扫码，并核对订单内容。</translation>
    </message>
    <message>
        <source>This order asks for a payment, not a pre-authorisation</source>
        <translation>这笔订单需要直接付款，不是预授权</translation>
    </message>
    <message>
        <source>That pre-authorisation is not there</source>
        <translation>找不到这笔预授权</translation>
    </message>
    <message>
        <source>Refresh and look again.</source>
        <translation>请刷新后再看。</translation>
    </message>
    <message>
        <source>This pre-authorisation has ended</source>
        <translation>这笔预授权已结束</translation>
    </message>
    <message>
        <source>Look at what was taken. Settle the rest as a new payment.</source>
        <translation>请查看已扣的金额，不足部分另行付款。</translation>
    </message>
    <message>
        <source>That is more than what is left of the pre-authorisation</source>
        <translation>金额超过了预授权的剩余额度</translation>
    </message>
    <message>
        <source>Enter a smaller amount, and charge the rest separately.</source>
        <translation>请减小金额，超出部分另行收款。</translation>
    </message>
    <message>
        <source>This limit can&apos;t be set</source>
        <translation>不能设为这个限额</translation>
    </message>
    <message>
        <source>Choose another amount.</source>
        <translation>请换一个金额。</translation>
    </message>
    <message>
        <source>There is no such cashier</source>
        <translation>找不到这位收银员</translation>
    </message>
    <message>
        <source>Check the cashier&apos;s number.</source>
        <translation>请核对收银员编号。</translation>
    </message>
    <message>
        <source>This cashier&apos;s number is in use</source>
        <translation>这个收银员编号已被使用</translation>
    </message>
    <message>
        <source>Choose another number.</source>
        <translation>请换一个编号。</translation>
    </message>
    <message>
        <source>Your role does not include this</source>
        <translation>你没有这项操作的权限</translation>
    </message>
    <message>
        <source>Ask a colleague who may do it, or the manager.</source>
        <translation>请有权限的同事或店长来操作。</translation>
    </message>
    <message>
        <source>No shift is open</source>
        <translation>还没有开班</translation>
    </message>
    <message>
        <source>Open a shift first.</source>
        <translation>请先开班。</translation>
    </message>
    <message>
        <source>A shift is open already</source>
        <translation>当前班次尚未结束</translation>
    </message>
    <message>
        <source>Go on with it, or close it first.</source>
        <translation>请继续使用这个班次，或先交班。</translation>
    </message>
    <message>
        <source>That shift is not there</source>
        <translation>找不到这个班次</translation>
    </message>
    <message>
        <source>The bill of this day is not ready yet</source>
        <translation>这一天的对账单还没生成</translation>
    </message>
    <message>
        <source>Try again later, or choose an earlier day.</source>
        <translation>请稍后再试，或选更早的日期。</translation>
    </message>
    <message>
        <source>Notices can&apos;t be sent to this address</source>
        <translation>无法向这个地址发送通知</translation>
    </message>
    <message>
        <source>Use one that begins with https:// and that the service can reach.</source>
        <translation>请填写以 https:// 开头、服务方能够访问的地址。</translation>
    </message>
    <message>
        <source>That address or notice is not there</source>
        <translation>找不到这个通知地址或通知记录</translation>
    </message>
    <message>
        <source>No statement can be made of these days</source>
        <translation>无法生成这些日期的交易明细</translation>
    </message>
    <message>
        <source>Check the first and the last day, or choose fewer days.</source>
        <translation>请检查起止日期，或缩短时间范围。</translation>
    </message>
    <message>
        <source>The PIN is wrong</source>
        <translation>PIN 码不正确</translation>
    </message>
    <message>
        <source>Check it and try again.</source>
        <translation>请核对后重试。</translation>
    </message>
    <message>
        <source>Too many wrong PINs</source>
        <translation>PIN 码输错次数过多</translation>
    </message>
    <message>
        <source>Wait a while, then use the right one.</source>
        <translation>请过一会儿，再用正确的 PIN 码试。</translation>
    </message>
    <message>
        <source>That PIN is too easy to guess</source>
        <translation>这个 PIN 码太容易猜到</translation>
    </message>
    <message>
        <source>Avoid repeated digits, rows like 1234 and dates.</source>
        <translation>请避开重复数字、1234 这样的连号和日期。</translation>
    </message>
    <message>
        <source>This counter is not set up</source>
        <translation>这台收银台还没有设置好</translation>
    </message>
    <message>
        <source>Set it up first, or ask the manager.</source>
        <translation>请先完成设置，或联系店长。</translation>
    </message>
    <message>
        <source>Some sales are still on their way to the service</source>
        <translation>还有收款记录没有上传</translation>
    </message>
    <message>
        <source>Check the connection and wait until all have arrived.</source>
        <translation>请检查网络，等全部上传完再操作。</translation>
    </message>
    <message>
        <source>The confirmation code does not fit</source>
        <translation>确认码不符</translation>
    </message>
    <message>
        <source>Check amount and digits. Hand nothing over until it fits.</source>
        <translation>请核对金额和数字，核对一致前先不要交货。</translation>
    </message>
    <message>
        <source>This confirmation code was accepted before</source>
        <translation>这个确认码已经用过</translation>
    </message>
    <message>
        <source>Ask the customer to show the code of this payment.</source>
        <translation>请顾客出示这一笔付款的确认码。</translation>
    </message>
    <message>
        <source>This barcode is not on the price list</source>
        <translation>价目表里没有这个条码</translation>
    </message>
    <message>
        <source>Type the amount, or add the item to the list.</source>
        <translation>请手动输入金额，或把商品加进价目表。</translation>
    </message>
    <message>
        <source>The price list can&apos;t be read</source>
        <translation>无法读取价目表</translation>
    </message>
    <message>
        <source>Check the file, or choose another.</source>
        <translation>请检查文件，或换一个文件。</translation>
    </message>
    <message>
        <source>The printer does not answer</source>
        <translation>打印机没有响应</translation>
    </message>
    <message>
        <source>Check power, cable and paper, then print the slip again.</source>
        <translation>请检查电源、连接线和纸张，再重新打印小票。</translation>
    </message>
    <message>
        <source>No payment codes are left on this device</source>
        <translation>这台设备上的付款码已用完</translation>
    </message>
    <message>
        <source>Go online to get new ones.</source>
        <translation>请连上网络，获取新的付款码。</translation>
    </message>
    <message>
        <source>The seal of this file does not hold</source>
        <translation>文件的签章验证不通过</translation>
    </message>
    <message>
        <source>Don&apos;t rely on it. Get the file anew from whoever made it.</source>
        <translation>请勿采信，并向出具方重新索取文件。</translation>
    </message>
    <message>
        <source>Name, passphrase or code is wrong</source>
        <translation>用户名、口令或验证码不对</translation>
    </message>
    <message>
        <source>Check all three. A code works once.</source>
        <translation>请三项都核对一下。每个验证码只能用一次。</translation>
    </message>
    <message>
        <source>This staff name is in use</source>
        <translation>这个员工账号名已被使用</translation>
    </message>
    <message>
        <source>Choose another name.</source>
        <translation>请换一个名字。</translation>
    </message>
    <message>
        <source>A colleague has this conversation now</source>
        <translation>这个对话现在由其他同事负责</translation>
    </message>
    <message>
        <source>Look at it again, or ask them.</source>
        <translation>请重新查看，或联系该同事。</translation>
    </message>
    <message>
        <source>A colleague was faster</source>
        <translation>已被其他同事抢先接入</translation>
    </message>
    <message>
        <source>Take the next one.</source>
        <translation>请接下一个。</translation>
    </message>
    <message>
        <source>You have as many open conversations as allowed</source>
        <translation>你同时处理的对话已达上限</translation>
    </message>
    <message>
        <source>Close or hand over one first.</source>
        <translation>请先结束或转接一个。</translation>
    </message>
    <message>
        <source>This colleague takes no conversations now</source>
        <translation>这位同事现在不接对话</translation>
    </message>
    <message>
        <source>Choose another, or the queue.</source>
        <translation>请选择其他同事，或转入排队。</translation>
    </message>
    <message>
        <source>The person has not allowed this</source>
        <translation>用户没有授权查看</translation>
    </message>
    <message>
        <source>Ask for access, with a reason.</source>
        <translation>请说明理由，先申请授权。</translation>
    </message>
    <message>
        <source>This needs a second person</source>
        <translation>这需要第二个人确认</translation>
    </message>
    <message>
        <source>Ask a colleague with the right role to confirm.</source>
        <translation>请有相应权限的同事来确认。</translation>
    </message>
    <message>
        <source>The entry can&apos;t be published like this</source>
        <translation>这个条目暂时不能发布</translation>
    </message>
    <message>
        <source>Correct what is marked.</source>
        <translation>请修改标出的问题。</translation>
    </message>
    <message>
        <source>The service can&apos;t be reached</source>
        <translation>连不上服务</translation>
    </message>
    <message>
        <source>Check your connection and try again.</source>
        <translation>请检查网络后重试。</translation>
    </message>
    <message>
        <source>The answer could not be understood</source>
        <translation>收到的回应无法识别</translation>
    </message>
    <message>
        <source>Check that you are on the right network, then try again.</source>
        <translation>请确认网络是否正常，然后重试。</translation>
    </message>
    <message>
        <source>The connection is not secure</source>
        <translation>连接不安全</translation>
    </message>
    <message>
        <source>Leave this network, or ask who runs it. Nothing was sent.</source>
        <translation>没有发送任何数据。请换个网络，或询问网络管理员。</translation>
    </message>
    <message>
        <source>This address is not encrypted</source>
        <translation>此地址没有加密</translation>
    </message>
    <message>
        <source>Use the address that begins with https://.</source>
        <translation>请使用以 https:// 开头的地址。</translation>
    </message>
    <message>
        <source>The receipt&apos;s signature does not hold</source>
        <translation>收据签名无效</translation>
    </message>
    <message>
        <source>Don&apos;t rely on it. Tell the service, with this number.</source>
        <translation>请勿采信，并将此编号告知服务方。</translation>
    </message>
    <message>
        <source>This device could not save or read</source>
        <translation>这台设备读写失败</translation>
    </message>
    <message>
        <source>Check the free space on the disk, then try again.</source>
        <translation>请检查磁盘空间后重试。</translation>
    </message>
    <message>
        <source>Something went wrong in the wallet</source>
        <translation>钱包出错了</translation>
    </message>
    <message>
        <source>Try again. If it happens again, tell us this number.</source>
        <translation>请重试；若再次出现，请把此编号告诉我们。</translation>
    </message>
    <message>
        <source>There is no wallet in this folder yet</source>
        <translation>此文件夹里还没有钱包</translation>
    </message>
    <message>
        <source>Set one up, or open another folder.</source>
        <translation>请新建一个，或打开其他文件夹。</translation>
    </message>
    <message>
        <source>There is already a wallet in this folder</source>
        <translation>此文件夹里已有钱包</translation>
    </message>
    <message>
        <source>Unlock it, or choose another folder.</source>
        <translation>请解锁它，或换个文件夹。</translation>
    </message>
    <message>
        <source>The wallet is locked</source>
        <translation>钱包已锁定</translation>
    </message>
    <message>
        <source>Unlock it and try again.</source>
        <translation>请解锁后重试。</translation>
    </message>
    <message>
        <source>The wallet is open in another window</source>
        <translation>钱包已在另一个窗口打开</translation>
    </message>
    <message>
        <source>Close the other window, then try again.</source>
        <translation>请关闭另一个窗口后重试。</translation>
    </message>
    <message>
        <source>The passphrase is wrong</source>
        <translation>口令不正确</translation>
    </message>
    <message>
        <source>Check capitals and the keyboard&apos;s language, then try again.</source>
        <translation>请留意大小写和输入法，然后重试。</translation>
    </message>
    <message>
        <source>There is a typing mistake in the recovery code</source>
        <translation>恢复码输入有误</translation>
    </message>
    <message>
        <source>Compare it with your note, letter by letter.</source>
        <translation>请对照你的记录逐字检查。</translation>
    </message>
    <message>
        <source>This recovery code belongs to another wallet</source>
        <translation>这是另一个钱包的恢复码</translation>
    </message>
    <message>
        <source>Look for the newest code you wrote down for this one.</source>
        <translation>请找出为这个钱包记下的最新恢复码。</translation>
    </message>
    <message>
        <source>Quick unlock is not set up on this device</source>
        <translation>这台设备没有设置快速解锁</translation>
    </message>
    <message>
        <source>Use your passphrase.</source>
        <translation>请使用口令。</translation>
    </message>
    <message>
        <source>The system&apos;s keychain can&apos;t be used now</source>
        <translation>系统钥匙串暂不可用</translation>
    </message>
    <message>
        <source>The file with the wallet&apos;s keys is missing</source>
        <translation>钱包的密钥文件不见了</translation>
    </message>
    <message>
        <source>Restore a backup of the wallet. Nothing was changed.</source>
        <translation>请恢复钱包备份。现有文件没有改动。</translation>
    </message>
    <message>
        <source>The file with the wallet&apos;s keys is damaged</source>
        <translation>钱包的密钥文件已损坏</translation>
    </message>
    <message>
        <source>The wallet&apos;s data file is missing</source>
        <translation>钱包的数据文件不见了</translation>
    </message>
    <message>
        <source>The wallet&apos;s data file has been cut short</source>
        <translation>钱包的数据文件不完整</translation>
    </message>
    <message>
        <source>The wallet&apos;s data file is damaged</source>
        <translation>钱包的数据文件已损坏</translation>
    </message>
    <message>
        <source>The data file belongs to something else</source>
        <translation>数据文件不属于这个钱包</translation>
    </message>
    <message>
        <source>Put the right file back, or restore a backup.</source>
        <translation>请放回正确的文件，或恢复备份。</translation>
    </message>
    <message>
        <source>A newer version of the wallet wrote this file</source>
        <translation>此文件由更新版本的钱包写入</translation>
    </message>
    <message>
        <source>Update the wallet to open it.</source>
        <translation>请更新钱包后再打开。</translation>
    </message>
    <message>
        <source>This file is not a backup of a wallet</source>
        <translation>这不是钱包的备份文件</translation>
    </message>
    <message>
        <source>Choose another file.</source>
        <translation>请选择其他文件。</translation>
    </message>
    <message>
        <source>The backup has been cut short</source>
        <translation>备份文件不完整</translation>
    </message>
    <message>
        <source>Copy it again from where it was kept, or choose another.</source>
        <translation>请从原处重新复制，或换一份备份。</translation>
    </message>
    <message>
        <source>The backup is damaged</source>
        <translation>备份文件已损坏</translation>
    </message>
    <message>
        <source>Choose an older backup.</source>
        <translation>请换一份更早的备份。</translation>
    </message>
    <message>
        <source>A newer version of the wallet wrote this backup</source>
        <translation>此备份由更新版本的钱包写入</translation>
    </message>
    <message>
        <source>Update the wallet, then restore it.</source>
        <translation>请先更新钱包，再恢复备份。</translation>
    </message>
    <message>
        <source>The wallet&apos;s folder can&apos;t be read or written</source>
        <translation>钱包文件夹无法读写</translation>
    </message>
    <message>
        <source>Check the disk and the folder&apos;s permissions.</source>
        <translation>请检查磁盘和文件夹权限。</translation>
    </message>
    <message>
        <source>No money has moved.</source>
        <translation>没有扣款。</translation>
    </message>
    <message>
        <source>The money has moved.</source>
        <translation>已经扣款。</translation>
    </message>
    <message>
        <source>It is not known yet whether money moved.</source>
        <translation>暂时无法确定是否已扣款。</translation>
    </message>
    <message>
        <source>Wait {count} s.</source>
        <translation>请等待 {count} 秒。</translation>
    </message>
    <message>
        <source>Wait {count} min.</source>
        <translation>请等待 {count} 分钟。</translation>
    </message>
    <message>
        <source>You have {amount} available.</source>
        <translation>可用余额 {amount}。</translation>
    </message>
    <message>
        <source>{amount} are left of the limit.</source>
        <translation>限额还剩 {amount}。</translation>
    </message>
    <message>
        <source>The most is {amount}.</source>
        <translation>最多 {amount}。</translation>
    </message>
</context>
<context>
    <name>Explained</name>
    <message>
        <source>Alipay</source>
        <translation>支付宝</translation>
    </message>
    <message>
        <source>WeChat Pay</source>
        <translation>微信支付</translation>
    </message>
    <message>
        <source>UnionPay</source>
        <translation>银联</translation>
    </message>
    <message>
        <source>This is a person&apos;s payment code</source>
        <translation>这是个人付款码</translation>
    </message>
    <message>
        <source>It is shown to a cashier to pay with. You can&apos;t pay it yourself.</source>
        <translation>它是给收银员扫的，不能用来向它付款。</translation>
    </message>
    <message>
        <source>This is a person&apos;s code, not a merchant&apos;s</source>
        <translation>这是个人收款码，不是商家的</translation>
    </message>
    <message>
        <source>Use it under Transfer to send this person money.</source>
        <translation>要给对方转账，请到「转账」里使用。</translation>
    </message>
    <message>
        <source>This is a payment code of another wallet</source>
        <translation>这是其他钱包的付款码</translation>
    </message>
    <message>
        <source>This is a web address, not a payment code</source>
        <translation>这是网址，不是收款码</translation>
    </message>
    <message>
        <source>The wallet never opens addresses it has read. Copy it if you know it.</source>
        <translation>钱包不会打开扫到的网址。如果你认得它，可以自行复制。</translation>
    </message>
    <message>
        <source>This code is for joining a Wi-Fi network</source>
        <translation>这是连接 Wi-Fi 的码</translation>
    </message>
    <message>
        <source>Ask the cashier for the code to pay.</source>
        <translation>请向收银员索要收款码。</translation>
    </message>
    <message>
        <source>This code is somebody&apos;s contact card</source>
        <translation>这是一张联系人名片</translation>
    </message>
    <message>
        <source>This code is a phone number</source>
        <translation>这是一个电话号码</translation>
    </message>
    <message>
        <source>This code is an e-mail address</source>
        <translation>这是一个邮箱地址</translation>
    </message>
    <message>
        <source>There is nothing in this code</source>
        <translation>这个码里没有内容</translation>
    </message>
    <message>
        <source>This is a code of {system}</source>
        <translation>这是{system}的码</translation>
    </message>
    <message>
        <source>It claims to be (not verified)</source>
        <translation>它自称是（未经核实）</translation>
    </message>
    <message>
        <source>This was read</source>
        <translation>读到的内容</translation>
    </message>
</context>
<context>
    <name>FeedbackForm</name>
    <message>
        <source>Tell the operator something</source>
        <translation>给运营机构提意见</translation>
    </message>
    <message>
        <source>What is it?</source>
        <translation>是哪一种？</translation>
    </message>
    <message>
        <source>In one line</source>
        <translation>一句话说明</translation>
    </message>
    <message>
        <source>What would you like to know?</source>
        <translation>你想知道什么？</translation>
    </message>
    <message>
        <source>What would you like to say?</source>
        <translation>你想说什么？</translation>
    </message>
    <message>
        <source>No passwords, no card numbers.</source>
        <translation>不要写密码和卡号。</translation>
    </message>
    <message>
        <source>Others may read it too</source>
        <translation>答复可以给大家看</translation>
    </message>
    <message>
        <source>Once answered, without your name.</source>
        <translation>有了答复以后才公开，不带你的名字。</translation>
    </message>
    <message>
        <source>Make a complaint</source>
        <translation>提交投诉</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>发送</translation>
    </message>
    <message>
        <source>Say in one line what it is about.</source>
        <translation>请用一句话说明是什么事。</translation>
    </message>
    <message>
        <source>Say it in a few words.</source>
        <translation>请写几句话。</translation>
    </message>
    <message numerus="yes">
        <source>%n character(s) too many.</source>
        <translation>
            <numerusform>超出 %n 个字。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FeedbackItem</name>
    <message>
        <source>Back to the list</source>
        <translation>返回列表</translation>
    </message>
    <message>
        <source>This helped me</source>
        <translation>对我有帮助</translation>
    </message>
    <message>
        <source>Case {number}</source>
        <translation>工单 {number}</translation>
    </message>
    <message>
        <source>Thank you for telling.</source>
        <translation>谢谢告诉我们。</translation>
    </message>
    <message>
        <source>The operator</source>
        <translation>运营机构</translation>
    </message>
    <message>
        <source>No answer yet. It comes back here, and you are told.</source>
        <translation>还没有答复。答复会写在这里，也会提醒你。</translation>
    </message>
    <message>
        <source>What is done about it stands in the case.</source>
        <translation>处理进展写在工单里。</translation>
    </message>
</context>
<context>
    <name>FeedbackList</name>
    <message>
        <source>Tell the operator something</source>
        <translation>给运营机构提意见</translation>
    </message>
    <message>
        <source>Surveys</source>
        <translation>问卷调查</translation>
    </message>
    <message>
        <source>What you told the operator</source>
        <translation>我提过的</translation>
    </message>
    <message>
        <source>Asked and answered for everybody</source>
        <translation>大家都在问</translation>
    </message>
    <message>
        <source>Search the answers</source>
        <translation>搜索问答</translation>
    </message>
    <message>
        <source>Nothing yet</source>
        <translation>还没有内容</translation>
    </message>
    <message>
        <source>Praise, an idea, a complaint, a question: everything gets a number, and the answer comes back here.</source>
        <translation>表扬、点子、投诉、提问：每一条都有编号，答复会回到这里。</translation>
    </message>
    <message>
        <source>Nothing found. Ask it yourself with the button above.</source>
        <translation>没有找到。点上面的按钮，自己问一个。</translation>
    </message>
    <message>
        <source>What came of it</source>
        <translation>调查结果</translation>
    </message>
    <message>
        <source>Answered, thank you</source>
        <translation>已填写，谢谢</translation>
    </message>
    <message>
        <source>Asks you</source>
        <translation>请你填写</translation>
    </message>
</context>
<context>
    <name>FileView</name>
    <message>
        <source>Save…</source>
        <translation>保存…</translation>
    </message>
    <message>
        <source>Save {name}</source>
        <translation>保存 {name}</translation>
    </message>
    <message>
        <source>Picture {name}, {size}. Press to save it.</source>
        <translation>图片 {name}，{size}，点击保存。</translation>
    </message>
    <message>
        <source>Save the file</source>
        <translation>保存文件</translation>
    </message>
    <message>
        <source>Saved as {name}.</source>
        <translation>已保存为 {name}。</translation>
    </message>
</context>
<context>
    <name>FormPage</name>
    <message>
        <source>Back to the list</source>
        <translation>返回列表</translation>
    </message>
</context>
<context>
    <name>FreezeCard</name>
    <message>
        <source>Your account is frozen</source>
        <translation>账户已冻结</translation>
    </message>
    <message>
        <source>Nothing can be paid, shown codes no longer work and other devices are signed out. Money still comes in. Your passphrase lifts the freeze.</source>
        <translation>现在不能付款，已出示的付款码全部失效，其他设备已退出登录。钱仍能进账。用你的口令就能解除冻结。</translation>
    </message>
    <message>
        <source>Freeze the account at once</source>
        <translation>紧急冻结账户</translation>
    </message>
    <message>
        <source>For a lost phone, a payment you don&apos;t know, or a bad feeling. From that moment nothing can be paid, shown codes stop working and all other devices are signed out. Money still comes in, and you lift it with your passphrase.</source>
        <translation>手机丢了、看到不认识的付款，或者觉得不对劲，都可以先冻结。冻结后立刻不能付款，已出示的付款码失效，其他设备全部退出登录。钱仍能进账，用你的口令就能解除。</translation>
    </message>
    <message>
        <source>Freeze now</source>
        <translation>立即冻结</translation>
    </message>
    <message>
        <source>Lift the freeze…</source>
        <translation>解除冻结…</translation>
    </message>
</context>
<context>
    <name>FrozenFace</name>
    <message>
        <source>Your account is frozen</source>
        <translation>账户已冻结</translation>
    </message>
    <message>
        <source>Nothing was paid. Lift the freeze with your passphrase, then pay again.</source>
        <translation>没有付款。用口令解除冻结后，再重新付款。</translation>
    </message>
    <message>
        <source>Lift the freeze…</source>
        <translation>解除冻结…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>FrozenStrip</name>
    <message>
        <source>Your account is frozen</source>
        <translation>账户已冻结</translation>
    </message>
    <message>
        <source>Nothing can be paid. Money still comes in.</source>
        <translation>现在不能付款，钱仍能进账。</translation>
    </message>
    <message>
        <source>Lift the freeze…</source>
        <translation>解除冻结…</translation>
    </message>
</context>
<context>
    <name>GiftFace</name>
    <message>
        <source>Code to collect it: {code}</source>
        <translation>领取码：{code}</translation>
    </message>
    <message>
        <source>The same code as a QR</source>
        <translation>同一个领取码的二维码</translation>
    </message>
    <message>
        <source>Show this when you collect it, until {day}.</source>
        <translation>领取时出示，{day}前有效。</translation>
    </message>
    <message>
        <source>I don&apos;t want it: free {beans}</source>
        <translation>不要了，退回 {beans}</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>GotFace</name>
    <message>
        <source>{name} is yours</source>
        <translation>{name}归你了</translation>
    </message>
    <message>
        <source>You find it under what you have.</source>
        <translation>可以在“你手上的”里找到。</translation>
    </message>
    <message>
        <source>{amount} off until {day}. Choose it on the sheet when you pay.</source>
        <translation>{day}前可减 {amount}，付款时在确认页选用。</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
</context>
<context>
    <name>GrantBar</name>
    <message>
        <source>{name} can see: {scopes}</source>
        <translation>{name} 可以查看：{scopes}</translation>
    </message>
    <message>
        <source>End now</source>
        <translation>立即收回</translation>
    </message>
    <message>
        <source>End the access of {name} now</source>
        <translation>立即收回 {name} 的授权</translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation>剩余 {time}</translation>
    </message>
</context>
<context>
    <name>Handle</name>
    <message>
        <source>Width of the panel</source>
        <translation>面板宽度</translation>
    </message>
    <message>
        <source>Drag, or use the arrow keys</source>
        <translation>拖动，或用方向键调整</translation>
    </message>
</context>
<context>
    <name>HelpTabs</name>
    <message>
        <source>Conversation</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Cases</source>
        <translation>工单</translation>
    </message>
    <message>
        <source>Feedback</source>
        <translation>反馈</translation>
    </message>
</context>
<context>
    <name>HoldConfirmFace</name>
    <message>
        <source>This is a pre-authorisation. The amount is held for the merchant, not paid: they take what it comes to in the end, and the rest is let go.</source>
        <translation>这是预授权：金额只是为商家冻结，并未付款。商家最后按实际金额扣款，其余自动解冻。</translation>
    </message>
    <message>
        <source>Available meanwhile</source>
        <translation>期间可用</translation>
    </message>
    <message>
        <source>Let {amount} be held</source>
        <translation>同意冻结 {amount}</translation>
    </message>
</context>
<context>
    <name>HoldDoneFace</name>
    <message>
        <source>Held for {name}, not paid</source>
        <translation>已为{name}冻结，尚未付款</translation>
    </message>
    <message>
        <source>The merchant takes what it comes to in the end; the rest is let go.</source>
        <translation>商家最后按实际金额扣款，其余自动解冻。</translation>
    </message>
    <message>
        <source>Until</source>
        <translation>有效至</translation>
    </message>
    <message>
        <source>For</source>
        <translation>用途</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>编号</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
</context>
<context>
    <name>HoldPassphraseFace</name>
    <message>
        <source>Let {amount} be held</source>
        <translation>同意冻结 {amount}</translation>
    </message>
</context>
<context>
    <name>Holdings</name>
    <message>
        <source>Show the code</source>
        <translation>出示领取码</translation>
    </message>
    <message>
        <source>Show the code for {name}</source>
        <translation>出示{name}的领取码</translation>
    </message>
    <message>
        <source>Collect it until {day}. {beans} are held back for it.</source>
        <translation>{day}前领取，已为它预留 {beans}。</translation>
    </message>
    <message>
        <source>{amount} off: {name}</source>
        <translation>减 {amount}：{name}</translation>
    </message>
    <message>
        <source>Until {day}</source>
        <translation>{day}前有效</translation>
    </message>
    <message>
        <source>from {amount}</source>
        <translation>满 {amount} 可用</translation>
    </message>
    <message>
        <source>everywhere</source>
        <translation>全场通用</translation>
    </message>
    <message>
        <source>choose it when you pay</source>
        <translation>付款时选用</translation>
    </message>
</context>
<context>
    <name>HoldsView</name>
    <message>
        <source>A hotel or a rental sets money aside before it knows the price. It stays yours until the merchant takes what it came to; the rest is let go.</source>
        <translation>酒店、租赁等商家在价格确定之前会先冻结一笔钱。这笔钱仍归你所有，商家最后按实际金额扣款，其余自动解冻。</translation>
    </message>
    <message>
        <source>Held now</source>
        <translation>正在冻结</translation>
    </message>
    <message>
        <source>Earlier</source>
        <translation>更早</translation>
    </message>
    <message>
        <source>Nothing is held</source>
        <translation>没有冻结的金额</translation>
    </message>
    <message>
        <source>Scan a code that asks for a pre-authorisation, and it stands here.</source>
        <translation>扫描商家的预授权码后，会显示在这里。</translation>
    </message>
</context>
<context>
    <name>HomePage</name>
    <message>
        <source>Last movements</source>
        <translation>最近收支</translation>
    </message>
    <message>
        <source>See all</source>
        <translation>查看全部</translation>
    </message>
    <message>
        <source>Nothing has moved yet</source>
        <translation>还没有收支</translation>
    </message>
    <message>
        <source>Scan a merchant&apos;s code to make your first payment. It will stand here, with its receipt.</source>
        <translation>扫商户的码，付第一笔款吧。它会连同收据记在这里。</translation>
    </message>
    <message>
        <source>Good evening, {name}</source>
        <comment>late at night</comment>
        <translation>{name}，夜深了</translation>
    </message>
    <message>
        <source>Good morning, {name}</source>
        <translation>{name}，早上好</translation>
    </message>
    <message>
        <source>Good afternoon, {name}</source>
        <translation>{name}，下午好</translation>
    </message>
    <message>
        <source>Good evening, {name}</source>
        <comment>from six o&apos;clock</comment>
        <translation>{name}，晚上好</translation>
    </message>
    <message>
        <source>Welcome</source>
        <translation>欢迎</translation>
    </message>
</context>
<context>
    <name>Keypad</name>
    <message>
        <source>Point</source>
        <translation>小数点</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Double zero</source>
        <translation>双零</translation>
    </message>
</context>
<context>
    <name>LastSales</name>
    <message>
        <source>Last sales</source>
        <translation>最近收款</translation>
    </message>
    <message>
        <source>All sales and refunds</source>
        <translation>全部收款与退款</translation>
    </message>
    <message>
        <source>The last five sales stand here, with how they ended.</source>
        <translation>最近五笔收款和结果会显示在这里。</translation>
    </message>
    <message numerus="yes">
        <source>%n result(s) not known yet</source>
        <translation>
            <numerusform>%n 笔结果未知</numerusform>
        </translation>
    </message>
    <message>
        <source>Asked after by itself until it is known.</source>
        <translation>会自动查询，直到有结果。</translation>
    </message>
    <message>
        <source>Understood</source>
        <translation>知道了</translation>
    </message>
    <message>
        <source>No payment has its eight digits. Open it to see more.</source>
        <translation>没有找到对应这八位数字的付款，点开这笔可看详情。</translation>
    </message>
    <message>
        <source>Another till sold against the same payment. Open it to see more.</source>
        <translation>另一台收银机已凭这笔付款售货，点开这笔可看详情。</translation>
    </message>
    <message>
        <source>It went through.</source>
        <translation>已办成。</translation>
    </message>
    <message>
        <source>It was refused.</source>
        <translation>被拒绝了。</translation>
    </message>
    <message>
        <source>Refund of {amount}, {when}</source>
        <translation>退款 {amount}，{when}</translation>
    </message>
    <message>
        <source>It was paid.</source>
        <translation>已经支付。</translation>
    </message>
    <message>
        <source>It had been paid; the customer has the money again.</source>
        <translation>曾经支付，钱已退回顾客。</translation>
    </message>
    <message>
        <source>It was not paid, and won&apos;t be.</source>
        <translation>没有支付，以后也不会扣款。</translation>
    </message>
    <message>
        <source>Sale of {amount}, {when}</source>
        <translation>收款 {amount}，{when}</translation>
    </message>
</context>
<context>
    <name>LimitsCard</name>
    <message>
        <source>My limits</source>
        <translation>我的限额</translation>
    </message>
    <message>
        <source>For the case that somebody else gets hold of your wallet. Lower ones count at once; for higher ones your passphrase is asked for.</source>
        <translation>万一钱包落入他人手中，损失也有上限。调低立即生效，调高需要验证口令。</translation>
    </message>
    <message>
        <source>Save the limits</source>
        <translation>保存限额</translation>
    </message>
    <message>
        <source>Spent today: {spent}</source>
        <translation>今日已支出 {spent}</translation>
    </message>
    <message>
        <source>Spent today: {spent} of {limit}</source>
        <translation>今日已支出 {spent}，限额 {limit}</translation>
    </message>
    <message>
        <source>By shown codes without a question: {spent} of {limit}</source>
        <translation>出示付款码免确认 {spent}，限额 {limit}</translation>
    </message>
    <message>
        <source>No limit of your own</source>
        <translation>未设限额</translation>
    </message>
    <message>
        <source>Each payment at most</source>
        <translation>单笔最多</translation>
    </message>
    <message>
        <source>Each day at most</source>
        <translation>每日最多</translation>
    </message>
    <message>
        <source>Shown code: paid without a question up to</source>
        <translation>付款码免确认：单笔不超过</translation>
    </message>
    <message>
        <source>At most {amount}; 0 asks each time.</source>
        <translation>最高 {amount}；填 0 则每次都要确认。</translation>
    </message>
    <message>
        <source>Shown code: without a question each day</source>
        <translation>付款码免确认：每日合计</translation>
    </message>
    <message>
        <source>At most {amount}.</source>
        <translation>最高 {amount}。</translation>
    </message>
    <message>
        <source>Loosen your limits</source>
        <translation>放宽限额</translation>
    </message>
    <message>
        <source>More can be paid from then on without being asked.</source>
        <translation>此后可以不经询问付出更多。</translation>
    </message>
    <message>
        <source>Your limits are saved</source>
        <translation>限额已保存</translation>
    </message>
</context>
<context>
    <name>LinkFace</name>
    <message>
        <source>Payment link for {amount}</source>
        <translation>{amount} 的收款链接</translation>
    </message>
    <message>
        <source>It can be paid once, until {day}.</source>
        <translation>只能付一次，{day}前有效。</translation>
    </message>
    <message>
        <source>Copy the link</source>
        <translation>复制链接</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>The link is on the clipboard</source>
        <translation>链接已复制</translation>
    </message>
</context>
<context>
    <name>ListPage</name>
    <message>
        <source>Asking the service…</source>
        <translation>正在查询…</translation>
    </message>
    <message>
        <source>This is what was known last. {reason}</source>
        <translation>这里是上次的内容。{reason}</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>K-Bean Wallet</source>
        <translation>K豆钱包</translation>
    </message>
</context>
<context>
    <name>MarkEditor</name>
    <message>
        <source>Yours alone</source>
        <translation>只有你看得到</translation>
    </message>
    <message>
        <source>As the merchant says: {group}</source>
        <translation>按商户归类：{group}</translation>
    </message>
    <message>
        <source>Category</source>
        <translation>分类</translation>
    </message>
    <message>
        <source>Add a label</source>
        <translation>加个标签</translation>
    </message>
    <message>
        <source>A note for yourself</source>
        <translation>给自己的备注</translation>
    </message>
    <message>
        <source>Take the label {label} away</source>
        <translation>去掉标签{label}</translation>
    </message>
    <message>
        <source>File everything of {name} there</source>
        <translation>{name}的都归到这里</translation>
    </message>
</context>
<context>
    <name>MessageRow</name>
    <message>
        <source>{name}, {time}: {words}</source>
        <translation>{name}，{time}：{words}</translation>
    </message>
    <message>
        <source>You</source>
        <translation>你</translation>
    </message>
    <message>
        <source>Assistant</source>
        <translation>智能助手</translation>
    </message>
    <message>
        <source>Service</source>
        <translation>系统</translation>
    </message>
    <message>
        <source>A person of the service</source>
        <translation>人工客服</translation>
    </message>
    <message>
        <source>waits to be sent</source>
        <translation>待发送</translation>
    </message>
    <message>
        <source>sent</source>
        <translation>已送达</translation>
    </message>
    <message>
        <source>read</source>
        <comment>the other side has read it</comment>
        <translation>已读</translation>
    </message>
</context>
<context>
    <name>MonthCard</name>
    <message>
        <source>{day}: {amount} spent</source>
        <translation>{day}：支出 {amount}</translation>
    </message>
    <message>
        <source>Spent in {month}</source>
        <translation>{month}支出</translation>
    </message>
    <message>
        <source>{amount} came in</source>
        <translation>收入 {amount}</translation>
    </message>
    <message>
        <source>Spent in {month}: {amount}</source>
        <translation>{month}支出 {amount}</translation>
    </message>
</context>
<context>
    <name>MonthGrid</name>
    <message>
        <source>MMMM yyyy</source>
        <comment>a month above its days</comment>
        <translation>yyyy年M月</translation>
    </message>
    <message>
        <source>The month before</source>
        <translation>上个月</translation>
    </message>
    <message>
        <source>The month after</source>
        <translation>下个月</translation>
    </message>
    <message>
        <source>Days of {month}</source>
        <translation>{month}的日期</translation>
    </message>
</context>
<context>
    <name>Movements</name>
    <message>
        <source>Paid</source>
        <translation>付款</translation>
    </message>
    <message>
        <source>Received</source>
        <translation>收入</translation>
    </message>
    <message>
        <source>Refunded</source>
        <translation>退款</translation>
    </message>
    <message>
        <source>Topped up</source>
        <translation>充值</translation>
    </message>
    <message>
        <source>Sent</source>
        <translation>转出</translation>
    </message>
    <message>
        <source>Transfer received</source>
        <translation>转入</translation>
    </message>
    <message>
        <source>Earned</source>
        <translation>获得</translation>
    </message>
    <message>
        <source>K-Beans used</source>
        <translation>使用K豆</translation>
    </message>
    <message>
        <source>K-Beans returned</source>
        <translation>K豆退回</translation>
    </message>
    <message>
        <source>K-Beans taken back</source>
        <translation>K豆收回</translation>
    </message>
    <message>
        <source>K-Beans expired</source>
        <translation>K豆过期</translation>
    </message>
    <message>
        <source>K-Beans adjusted</source>
        <translation>K豆调整</translation>
    </message>
    <message>
        <source>Adjusted</source>
        <translation>调整</translation>
    </message>
    <message>
        <source>{count} K-Beans</source>
        <translation>{count} K豆</translation>
    </message>
</context>
<context>
    <name>NameCheckBox</name>
    <message>
        <source>Check the full name</source>
        <translation>核对完整姓名</translation>
    </message>
    <message numerus="yes">
        <source>%n check(s) left today</source>
        <translation>
            <numerusform>今天还可核对 %n 次</numerusform>
        </translation>
    </message>
    <message>
        <source>The full name as you know it</source>
        <translation>你所知道的完整姓名</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>核对</translation>
    </message>
    <message>
        <source>✓ The name fits</source>
        <translation>✓ 姓名相符</translation>
    </message>
    <message>
        <source>✗ The name does not fit</source>
        <translation>✗ 姓名不符</translation>
    </message>
</context>
<context>
    <name>NetworkState</name>
    <message>
        <source>Shown as of {when}.</source>
        <translation>数据截至 {when}。</translation>
    </message>
    <message>
        <source>Offline</source>
        <translation>离线</translation>
    </message>
    <message>
        <source>The connection is not secure, so nothing is sent.</source>
        <translation>连接不安全，不发送任何数据。</translation>
    </message>
    <message>
        <source>Not secure</source>
        <translation>不安全</translation>
    </message>
    <message>
        <source>The service answers, but not as it should.</source>
        <translation>服务有回应，但不正常。</translation>
    </message>
    <message>
        <source>Service disturbed</source>
        <translation>服务异常</translation>
    </message>
    <message>
        <source>Updating</source>
        <translation>更新中</translation>
    </message>
    <message>
        <source>Online</source>
        <translation>在线</translation>
    </message>
    <message>
        <source>Connecting</source>
        <translation>连接中</translation>
    </message>
</context>
<context>
    <name>NewsLabel</name>
    <message>
        <source>New for you</source>
        <translation>有新进展</translation>
    </message>
</context>
<context>
    <name>NoticeStrip</name>
    <message>
        <source>Sign in</source>
        <translation>登录</translation>
    </message>
    <message numerus="yes">
        <source>%n payment(s) without an answer yet</source>
        <translation>
            <numerusform>有 %n 笔付款还没有结果</numerusform>
        </translation>
    </message>
    <message>
        <source>The wallet keeps asking what became of it. Don&apos;t pay a second time yet.</source>
        <translation>钱包会继续查询结果，请先不要重复付款。</translation>
    </message>
    <message>
        <source>Ask now</source>
        <translation>立即查询</translation>
    </message>
    <message>
        <source>{beans} have expired</source>
        <translation>{beans}已到期</translation>
    </message>
    <message>
        <source>{beans} expire {when}</source>
        <translation>{when}有 {beans}到期</translation>
    </message>
    <message>
        <source>On {day}.</source>
        <translation>到期日：{day}。</translation>
    </message>
    <message>
        <source>Use them</source>
        <translation>去使用</translation>
    </message>
    <message>
        <source>{amount} are held for {name}</source>
        <translation>已为{name}冻结 {amount}</translation>
    </message>
    <message>
        <source>The answer got lost, the hold did not. It was made once.</source>
        <translation>当时没有收到结果，其实已经冻结，且只冻结了一次。</translation>
    </message>
    <message>
        <source>The plan over {amount} for {name} is made</source>
        <translation>给{name}每次 {amount} 的定期付款已设好</translation>
    </message>
    <message>
        <source>The answer got lost, the plan did not. It was made once.</source>
        <translation>当时没有收到结果，其实已经设好，且只设了一个。</translation>
    </message>
    <message>
        <source>See the receipt</source>
        <translation>查看收据</translation>
    </message>
    <message>
        <source>{amount} to {name} had gone through</source>
        <translation>付给{name}的 {amount} 已成功</translation>
    </message>
    <message>
        <source>The answer got lost, the payment did not. It was made once.</source>
        <translation>当时没收到回应，但付款成功了，只扣了一次。</translation>
    </message>
    <message>
        <source>{amount} to {name} was not paid</source>
        <translation>付给{name}的 {amount} 没有付成</translation>
    </message>
    <message>
        <source>No money has moved, and none will.</source>
        <translation>没有扣款，也不会再扣。</translation>
    </message>
    <message>
        <source>{reason}. No money has moved, and none will.</source>
        <translation>{reason}。没有扣款，也不会再扣。</translation>
    </message>
    <message>
        <source>Close this notice</source>
        <translation>关闭此提示</translation>
    </message>
</context>
<context>
    <name>OfflineFace</name>
    <message>
        <source>Without internet</source>
        <translation>没有网络时</translation>
    </message>
    <message>
        <source>The customer pays this amount to the printed code and then shows eight digits. Nothing is given before they fit.</source>
        <translation>顾客扫店内的固定码付这个金额，然后出示八位数字。数字核对无误之前不要交货。</translation>
    </message>
    <message>
        <source>The shop&apos;s printed code</source>
        <translation>店内的固定码</translation>
    </message>
    <message>
        <source>Check the code</source>
        <translation>核对</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>OlderPage</name>
    <message>
        <source>Earlier conversations</source>
        <translation>以前的会话</translation>
    </message>
    <message>
        <source>Search what was said</source>
        <translation>搜索聊天记录</translation>
    </message>
    <message>
        <source>Save the conversations…</source>
        <translation>导出聊天记录…</translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>没有找到</translation>
    </message>
    <message>
        <source>Try fewer letters, or another word.</source>
        <translation>少输几个字，或换个词试试。</translation>
    </message>
    <message>
        <source>No conversation yet</source>
        <translation>还没有会话</translation>
    </message>
    <message>
        <source>What you ask is kept here, encrypted on this device.</source>
        <translation>你问过的内容会加密保存在这台设备上。</translation>
    </message>
    <message>
        <source>Conversation</source>
        <translation>会话</translation>
    </message>
    <message>
        <source>closed</source>
        <translation>已结束</translation>
    </message>
    <message>
        <source>open</source>
        <comment>a conversation that goes on</comment>
        <translation>进行中</translation>
    </message>
    <message>
        <source>You</source>
        <translation>你</translation>
    </message>
    <message>
        <source>Assistant</source>
        <translation>智能助手</translation>
    </message>
    <message>
        <source>Service</source>
        <translation>系统</translation>
    </message>
</context>
<context>
    <name>OnboardingPage</name>
    <message>
        <source>K-Bean Wallet</source>
        <translation>K豆钱包</translation>
    </message>
    <message>
        <source>Step {number} of {all}</source>
        <translation>第 {number} 步，共 {all} 步</translation>
    </message>
</context>
<context>
    <name>OpenPage</name>
    <message>
        <source>Open the counter</source>
        <translation>打开收银台</translation>
    </message>
    <message>
        <source>Its records on this computer are encrypted.</source>
        <translation>这台电脑上的记录是加密的。</translation>
    </message>
    <message>
        <source>Passphrase of this counter</source>
        <translation>收银台口令</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
</context>
<context>
    <name>OverviewPanel</name>
    <message>
        <source>Spent</source>
        <translation>支出</translation>
    </message>
    <message>
        <source>Received</source>
        <translation>收入</translation>
    </message>
    <message>
        <source>What it was spent on</source>
        <translation>花在哪里</translation>
    </message>
    <message>
        <source>Nothing was spent in this month.</source>
        <translation>这个月没有支出。</translation>
    </message>
    <message>
        <source>Spent in {month}</source>
        <translation>{month}支出</translation>
    </message>
    <message>
        <source>{amount} came in</source>
        <translation>收入 {amount}</translation>
    </message>
    <message>
        <source>Twelve months, {amount} spent</source>
        <translation>十二个月共支出 {amount}</translation>
    </message>
    <message>
        <source>{month}: {spent} spent, {received} received</source>
        <translation>{month}：支出 {spent}，收入 {received}</translation>
    </message>
</context>
<context>
    <name>PanelHeader</name>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>Close the panel</source>
        <translation>关闭面板</translation>
    </message>
    <message>
        <source>New conversation</source>
        <translation>新会话</translation>
    </message>
    <message>
        <source>Earlier conversations</source>
        <translation>以前的会话</translation>
    </message>
    <message>
        <source>Search what was said</source>
        <translation>搜索聊天记录</translation>
    </message>
    <message>
        <source>Save the conversations…</source>
        <translation>导出聊天记录…</translation>
    </message>
    <message>
        <source>Have somebody call me</source>
        <translation>预约回电</translation>
    </message>
    <message>
        <source>Back to the assistant</source>
        <translation>回到智能助手</translation>
    </message>
    <message>
        <source>End this conversation</source>
        <translation>结束会话</translation>
    </message>
    <message>
        <source>Works for the operator of this service</source>
        <translation>已认证的客服人员</translation>
    </message>
    <message>
        <source>Nobody is here now. Your words wait for the first who comes</source>
        <translation>现在没有客服在线，你的留言会由最先上线的客服处理</translation>
    </message>
    <message>
        <source>Answers you now</source>
        <translation>正在为你服务</translation>
    </message>
    <message>
        <source>The assistant answers at once</source>
        <translation>智能助手即时解答</translation>
    </message>
    <message>
        <source>Connecting…</source>
        <translation>正在连接…</translation>
    </message>
    <message numerus="yes">
        <source>No connection. %n message(s) wait here and go out by themselves.</source>
        <translation>
            <numerusform>没有网络。%n 条消息先存在这里，连上后自动发出。</numerusform>
        </translation>
    </message>
    <message>
        <source>No connection. What you write waits here and goes out by itself.</source>
        <translation>没有网络。你写的内容先存在这里，连上后自动发出。</translation>
    </message>
    <message>
        <source>Not connected to the service.</source>
        <translation>未连接到服务。</translation>
    </message>
</context>
<context>
    <name>PassphraseFace</name>
    <message>
        <source>Confirm that it is you</source>
        <translation>请确认是你本人</translation>
    </message>
    <message>
        <source>{amount} is an amount that needs your passphrase.</source>
        <translation>付 {amount} 需要输入口令。</translation>
    </message>
    <message>
        <source>The wallet has not heard from you for a while.</source>
        <translation>你有一阵子没操作了。</translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation>口令</translation>
    </message>
    <message>
        <source>Pay {amount}</source>
        <translation>付款 {amount}</translation>
    </message>
    <message>
        <source>Quick unlock</source>
        <translation>快速解锁</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>PassphraseField</name>
    <message>
        <source>Show</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>Hide</source>
        <translation>隐藏</translation>
    </message>
    <message>
        <source>Show the passphrase</source>
        <translation>显示口令</translation>
    </message>
    <message>
        <source>Hide the passphrase</source>
        <translation>隐藏口令</translation>
    </message>
</context>
<context>
    <name>PassphraseStep</name>
    <message>
        <source>Choose a passphrase</source>
        <translation>设置口令</translation>
    </message>
    <message>
        <source>It opens the wallet on this device and signs you in. Four unusual words are easy to remember and hard to guess.</source>
        <translation>用来打开这台设备上的钱包，也用来登录。四个不相干的词，好记难猜。</translation>
    </message>
    <message>
        <source>Your passphrase</source>
        <translation>你的口令</translation>
    </message>
    <message>
        <source>The one you chose when you registered. It will open this device too.</source>
        <translation>注册时设置的口令，也用来打开这台设备上的钱包。</translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation>口令</translation>
    </message>
    <message>
        <source>The same once more</source>
        <translation>再输一遍</translation>
    </message>
    <message>
        <source>Create my wallet</source>
        <translation>创建钱包</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>登录</translation>
    </message>
    <message>
        <source>Length beats odd signs.</source>
        <translation>长，比夹杂符号更管用。</translation>
    </message>
    <message>
        <source>Enter a passphrase.</source>
        <translation>请输入口令。</translation>
    </message>
    <message>
        <source>The two are not the same.</source>
        <translation>两次输入不一致。</translation>
    </message>
</context>
<context>
    <name>PayCodePage</name>
    <message>
        <source>Show this to the cashier</source>
        <translation>请向收银员出示</translation>
    </message>
    <message>
        <source>They scan the bars or the square, whichever their scanner reads.</source>
        <translation>条形码和二维码都可以，看对方的扫码枪读哪种。</translation>
    </message>
    <message>
        <source>A new code each minute</source>
        <translation>每分钟自动更新</translation>
    </message>
    <message>
        <source>If the scanner can&apos;t read it, turn the screen brighter.</source>
        <translation>扫不出来时，把屏幕调亮一些。</translation>
    </message>
    <message>
        <source>Show another code</source>
        <translation>换一个付款码</translation>
    </message>
    <message>
        <source>With these digits the wallet asks you before anything is paid.</source>
        <translation>用这组数字付款，钱包会先问你。</translation>
    </message>
    <message>
        <source>You are offline</source>
        <translation>你没有联网</translation>
    </message>
    <message>
        <source>You can pay as usual until {when}; then go online once.</source>
        <translation>{when}之前可以照常付款，之后请联网一次。</translation>
    </message>
    <message>
        <source>This is the last code on this device. Go online for new ones.</source>
        <translation>这是本机最后一个付款码，联网后可获取新的。</translation>
    </message>
    <message>
        <source>Up to {amount} is paid at once; above that the wallet asks you.</source>
        <translation>{amount} 以内直接付款，超过时钱包会先问你。</translation>
    </message>
    <message>
        <source>The wallet asks you before larger amounts are paid.</source>
        <translation>金额较大时，钱包会先问你。</translation>
    </message>
    <message>
        <source>Hide the digits</source>
        <translation>隐藏数字</translation>
    </message>
    <message>
        <source>Show the digits</source>
        <translation>显示数字</translation>
    </message>
</context>
<context>
    <name>PayRoom</name>
    <message>
        <source>Scan</source>
        <translation>扫码</translation>
    </message>
    <message>
        <source>Show code</source>
        <translation>出示付款码</translation>
    </message>
</context>
<context>
    <name>PaySheet</name>
    <message>
        <source>Declined. No money has moved.</source>
        <translation>已拒绝，没有扣款。</translation>
    </message>
</context>
<context>
    <name>PayeeHeader</name>
    <message>
        <source>Verified merchant</source>
        <translation>已认证商户</translation>
    </message>
</context>
<context>
    <name>PaymentView</name>
    <message>
        <source>Paid</source>
        <translation>已付款</translation>
    </message>
    <message>
        <source>Begun, not paid yet</source>
        <translation>已下单，未付款</translation>
    </message>
    <message>
        <source>Under way</source>
        <translation>处理中</translation>
    </message>
    <message>
        <source>Waits for you to confirm</source>
        <translation>等你确认</translation>
    </message>
    <message>
        <source>Closed, nothing was paid</source>
        <translation>已关闭，没有付款</translation>
    </message>
    <message>
        <source>Not paid</source>
        <translation>未付款</translation>
    </message>
    <message>
        <source>Paid back</source>
        <translation>已退款</translation>
    </message>
    <message>
        <source>Not known yet</source>
        <translation>结果未知</translation>
    </message>
    <message>
        <source>Open the receipt</source>
        <translation>查看收据</translation>
    </message>
</context>
<context>
    <name>PendingCard</name>
    <message>
        <source>On its way. It goes out by itself when there is a connection.</source>
        <translation>正在发出。连上网络后会自动送达。</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Throw away</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>You said: it is solved</source>
        <translation>你说：已经解决</translation>
    </message>
    <message>
        <source>You said: it is not solved</source>
        <translation>你说：没有解决</translation>
    </message>
    <message>
        <source>You asked for a supervisor</source>
        <translation>你要求主管处理</translation>
    </message>
</context>
<context>
    <name>People</name>
    <message>
        <source>ddd, d MMM yyyy</source>
        <comment>a day of a plan</comment>
        <translation>yyyy年M月d日 dddd</translation>
    </message>
    <message>
        <source>Once</source>
        <translation>一次</translation>
    </message>
    <message>
        <source>Every day</source>
        <translation>每天</translation>
    </message>
    <message>
        <source>Every week</source>
        <translation>每周</translation>
    </message>
    <message>
        <source>Every month</source>
        <translation>每月</translation>
    </message>
    <message>
        <source>Every year</source>
        <translation>每年</translation>
    </message>
    <message>
        <source>Every {count} days</source>
        <translation>每 {count} 天</translation>
    </message>
    <message>
        <source>Every {count} weeks</source>
        <translation>每 {count} 周</translation>
    </message>
    <message>
        <source>Every {count} months</source>
        <translation>每 {count} 个月</translation>
    </message>
    <message>
        <source>Every {count} years</source>
        <translation>每 {count} 年</translation>
    </message>
    <message>
        <source>Once, on {day}</source>
        <translation>{day}，一次</translation>
    </message>
    <message>
        <source>{rhythm} from {day} on, until you stop it</source>
        <translation>自{day}起{rhythm}一次，直到你停止</translation>
    </message>
    <message>
        <source>{rhythm} from {day} on, {count} times</source>
        <translation>自{day}起{rhythm}一次，共 {count} 次</translation>
    </message>
    <message>
        <source>Active</source>
        <comment>a plan</comment>
        <translation>进行中</translation>
    </message>
    <message>
        <source>Paused</source>
        <comment>a plan</comment>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>Stopped</source>
        <comment>a plan</comment>
        <translation>已停止</translation>
    </message>
    <message>
        <source>Completed</source>
        <comment>a plan</comment>
        <translation>已完成</translation>
    </message>
    <message>
        <source>{done} paid so far</source>
        <translation>已付 {done} 次</translation>
    </message>
    <message>
        <source>{done} of {times} paid</source>
        <translation>已付 {done} 次，共 {times} 次</translation>
    </message>
    <message>
        <source>{day}: paid</source>
        <translation>{day}：已付</translation>
    </message>
    <message>
        <source>{day}: skipped</source>
        <translation>{day}：已跳过</translation>
    </message>
    <message>
        <source>{day}: not paid. {reason}</source>
        <translation>{day}：未付，{reason}</translation>
    </message>
    <message>
        <source>Open</source>
        <comment>a request</comment>
        <translation>待付款</translation>
    </message>
    <message>
        <source>Paid</source>
        <comment>a request</comment>
        <translation>已付款</translation>
    </message>
    <message>
        <source>Declined</source>
        <comment>a request</comment>
        <translation>已拒绝</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <comment>a request</comment>
        <translation>已撤回</translation>
    </message>
    <message>
        <source>Expired</source>
        <comment>a request</comment>
        <translation>已过期</translation>
    </message>
    <message>
        <source>{name} asks you</source>
        <translation>{name}向你收款</translation>
    </message>
    <message>
        <source>You ask {name}</source>
        <translation>你向{name}收款</translation>
    </message>
    <message>
        <source>Payment link</source>
        <translation>收款链接</translation>
    </message>
    <message>
        <source>Held until {day} at the latest</source>
        <translation>最晚冻结至{day}</translation>
    </message>
    <message>
        <source>{amount} taken, the rest let go</source>
        <translation>已扣 {amount}，其余已解冻</translation>
    </message>
    <message>
        <source>{amount} taken</source>
        <translation>已扣 {amount}</translation>
    </message>
    <message>
        <source>Let go by the merchant</source>
        <translation>商家已解冻</translation>
    </message>
    <message>
        <source>Let go by itself: the time was over</source>
        <translation>到期自动解冻</translation>
    </message>
    <message>
        <source>Somebody asks you for money</source>
        <translation>有人向你收款</translation>
    </message>
    <message>
        <source>Open the wallet to answer.</source>
        <translation>打开钱包处理。</translation>
    </message>
    <message>
        <source>{name} asks you for {amount}</source>
        <translation>{name}向你收款 {amount}</translation>
    </message>
</context>
<context>
    <name>PeoplePage</name>
    <message>
        <source>People at the counter</source>
        <translation>收银人员</translation>
    </message>
    <message>
        <source>Somebody new</source>
        <translation>新增人员</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>编号</translation>
    </message>
    <message>
        <source>Typed to sign in; up to 6 digits.</source>
        <translation>登录时输入，最多 6 位数字。</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>姓名</translation>
    </message>
    <message>
        <source>Works here</source>
        <translation>在职</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Cashier</source>
        <translation>收银员</translation>
    </message>
    <message>
        <source>Supervisor</source>
        <translation>值班主管</translation>
    </message>
    <message>
        <source>Manager</source>
        <translation>店长</translation>
    </message>
    <message>
        <source>Cashiers sell, supervisors also refund and move cash, managers keep the list.</source>
        <translation>收银员收款；主管还能退款、存取现金；店长管理人员。</translation>
    </message>
    <message>
        <source>A manager who is signed in can change this list.</source>
        <translation>店长登录后可以修改名单。</translation>
    </message>
    <message>
        <source>has left</source>
        <translation>已离职</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>修改</translation>
    </message>
    <message>
        <source>New PIN</source>
        <translation>新密码</translation>
    </message>
    <message>
        <source>PIN</source>
        <translation>密码</translation>
    </message>
    <message>
        <source>4 to 8 digits; empty leaves it as it is.</source>
        <translation>4 到 8 位数字；留空则不变。</translation>
    </message>
    <message>
        <source>4 to 8 digits.</source>
        <translation>4 到 8 位数字。</translation>
    </message>
    <message>
        <source>{name} saved</source>
        <translation>{name} 已保存</translation>
    </message>
</context>
<context>
    <name>PersonBar</name>
    <message>
        <source>Talk to a person</source>
        <translation>转人工</translation>
    </message>
    <message>
        <source>Back to the assistant</source>
        <translation>回到智能助手</translation>
    </message>
    <message>
        <source>You can go on writing.</source>
        <translation>等待时可以继续输入。</translation>
    </message>
    <message>
        <source>Wait: {wait}</source>
        <translation>预计等待{wait}</translation>
    </message>
</context>
<context>
    <name>PersonHeader</name>
    <message>
        <source>Part of the name is covered.</source>
        <translation>姓名部分隐藏。</translation>
    </message>
    <message>
        <source>You have paid this person before.</source>
        <translation>你曾向此人付款。</translation>
    </message>
    <message>
        <source>The first time you pay this person. Part of the name is covered.</source>
        <translation>你首次向此人付款。姓名部分隐藏。</translation>
    </message>
</context>
<context>
    <name>PersonStep</name>
    <message>
        <source>Who are you?</source>
        <translation>你是谁？</translation>
    </message>
    <message>
        <source>Sign in to your wallet</source>
        <translation>登录钱包</translation>
    </message>
    <message>
        <source>Your e-mail address or phone number finds your wallet again.</source>
        <translation>邮箱或手机号可以帮你找回钱包。</translation>
    </message>
    <message>
        <source>The e-mail address or phone number you registered with.</source>
        <translation>请填注册时用的邮箱或手机号。</translation>
    </message>
    <message>
        <source>E-mail address or phone number</source>
        <translation>邮箱或手机号</translation>
    </message>
    <message>
        <source>Your name</source>
        <translation>姓名</translation>
    </message>
    <message>
        <source>Merchants see it when you pay.</source>
        <translation>付款时商户会看到。</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>I have a wallet</source>
        <translation>我已有钱包</translation>
    </message>
    <message>
        <source>I am new here</source>
        <translation>我是新用户</translation>
    </message>
    <message>
        <source>Enter an e-mail address or a phone number.</source>
        <translation>请输入邮箱或手机号。</translation>
    </message>
    <message>
        <source>Enter your name.</source>
        <translation>请输入姓名。</translation>
    </message>
</context>
<context>
    <name>PersonTile</name>
    <message>
        <source>Pay {name}</source>
        <translation>付款给{name}</translation>
    </message>
</context>
<context>
    <name>PinFace</name>
    <message>
        <source>Who is at the counter?</source>
        <translation>谁在收银？</translation>
    </message>
    <message>
        <source>Type your number, then your PIN; Enter after each.</source>
        <translation>先输编号，再输密码，各按一次回车。</translation>
    </message>
    <message>
        <source>Somebody has to allow this</source>
        <translation>需要主管授权</translation>
    </message>
    <message>
        <source>A supervisor or manager types their number and PIN.</source>
        <translation>请主管或店长输入编号和密码。</translation>
    </message>
    <message>
        <source>PIN of {name}</source>
        <translation>{name} 的密码</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>编号</translation>
    </message>
    <message numerus="yes">
        <source>%n digit(s) typed</source>
        <translation>
            <numerusform>已输入 %n 位</numerusform>
        </translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Another number</source>
        <translation>换一个编号</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>PlanDoneFace</name>
    <message>
        <source>The plan for {name} is made</source>
        <translation>给{name}的定期付款已设好</translation>
    </message>
    <message>
        <source>Nothing was paid today. You find it under Transfer, Plans.</source>
        <translation>今天没有付款。可在“转账 · 定期付款”中查看。</translation>
    </message>
    <message>
        <source>How often</source>
        <translation>频率</translation>
    </message>
    <message>
        <source>Next days</source>
        <translation>接下来</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
</context>
<context>
    <name>PlansView</name>
    <message>
        <source>New plan</source>
        <translation>新建定期付款</translation>
    </message>
    <message>
        <source>Your plans</source>
        <translation>我的定期付款</translation>
    </message>
    <message>
        <source>Ended</source>
        <translation>已结束</translation>
    </message>
    <message>
        <source>Nothing is planned</source>
        <translation>没有定期付款</translation>
    </message>
    <message>
        <source>Rent, pocket money, a gift on a birthday: choose who, how much and when.</source>
        <translation>房租、零花钱、生日红包：选好付给谁、付多少、什么时候付。</translation>
    </message>
    <message>
        <source>Next: {day}</source>
        <translation>下次：{day}</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Skip the next</source>
        <translation>跳过下次</translation>
    </message>
    <message>
        <source>Stop…</source>
        <translation>停止…</translation>
    </message>
    <message>
        <source>Stop the plan</source>
        <translation>停止定期付款</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Stop paying {name}?</source>
        <translation>停止向{name}定期付款？</translation>
    </message>
    <message>
        <source>No further payment is made. What was paid stays paid.</source>
        <translation>以后不再付款，已付的不受影响。</translation>
    </message>
    <message>
        <source>The next payment is on {day}</source>
        <translation>下次付款：{day}</translation>
    </message>
    <message>
        <source>Paused: nothing is paid until you resume it</source>
        <translation>已暂停，恢复之前不会付款</translation>
    </message>
    <message>
        <source>Stopped: nothing more is paid</source>
        <translation>已停止，不再付款</translation>
    </message>
</context>
<context>
    <name>PricesPage</name>
    <message>
        <source>Price list</source>
        <translation>价目表</translation>
    </message>
    <message>
        <source>Take over a CSV file</source>
        <translation>导入 CSV 文件</translation>
    </message>
    <message>
        <source>Item or barcode</source>
        <translation>商品或条码</translation>
    </message>
    <message>
        <source>A CSV file with the columns barcode, name and price fills this list. Barcodes are EAN-8, UPC-A, EAN-13 or GTIN-14; their check digit is looked at.</source>
        <translation>导入含条码、名称、价格三列的 CSV 文件即可。条码为 EAN-8、UPC-A、EAN-13 或 GTIN-14，会核对校验位。</translation>
    </message>
    <message>
        <source>Add {name} to the sale</source>
        <translation>把 {name} 加入收款</translation>
    </message>
    <message numerus="yes">
        <source>%n item(s) taken over</source>
        <translation>
            <numerusform>已导入 %n 件商品</numerusform>
        </translation>
    </message>
    <message>
        <source>Line {line}: {why}</source>
        <translation>第 {line} 行：{why}</translation>
    </message>
    <message>
        <source>the barcode&apos;s check digit does not hold.</source>
        <translation>条码的校验位不对。</translation>
    </message>
    <message>
        <source>the name is missing or too long.</source>
        <translation>名称缺失或太长。</translation>
    </message>
    <message>
        <source>the price is no amount.</source>
        <translation>价格不是金额。</translation>
    </message>
    <message>
        <source>this barcode stands there twice.</source>
        <translation>这个条码出现了两次。</translation>
    </message>
    <message>
        <source>the list is too long.</source>
        <translation>名单太长。</translation>
    </message>
    <message>
        <source>a column for the barcode is missing.</source>
        <translation>缺少条码列。</translation>
    </message>
    <message>
        <source>a column for the name is missing.</source>
        <translation>缺少名称列。</translation>
    </message>
    <message>
        <source>a column for the price is missing.</source>
        <translation>缺少价格列。</translation>
    </message>
    <message>
        <source>nothing can be read there.</source>
        <translation>读不出内容。</translation>
    </message>
</context>
<context>
    <name>ProposalView</name>
    <message>
        <source>{name} proposes this change.</source>
        <translation>{name} 建议这样修改。</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>现在</translation>
    </message>
    <message>
        <source>Then</source>
        <translation>改为</translation>
    </message>
    <message>
        <source>Agree</source>
        <translation>同意</translation>
    </message>
    <message>
        <source>Refuse</source>
        <translation>拒绝</translation>
    </message>
    <message>
        <source>From {before} to {after}.</source>
        <translation>从“{before}”改为“{after}”。</translation>
    </message>
</context>
<context>
    <name>ProveFace</name>
    <message>
        <source>Passphrase</source>
        <translation>口令</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>验证码</translation>
    </message>
    <message>
        <source>It was sent to your registered contact.</source>
        <translation>已发送到你登记的联系方式。</translation>
    </message>
    <message>
        <source>Answer to your security question</source>
        <translation>安全问题的答案</translation>
    </message>
    <message>
        <source>Use quick unlock</source>
        <translation>快速解锁</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>暂不</translation>
    </message>
    <message>
        <source>Enter the code.</source>
        <translation>请输入验证码。</translation>
    </message>
    <message>
        <source>Enter the answer.</source>
        <translation>请输入答案。</translation>
    </message>
    <message>
        <source>Enter your passphrase.</source>
        <translation>请输入口令。</translation>
    </message>
</context>
<context>
    <name>QuestionView</name>
    <message>
        <source>1 is bad, 5 is good</source>
        <translation>1 很差，5 很好</translation>
    </message>
    <message>
        <source>{count} of 5: {words}</source>
        <translation>{count} 分（满分 5 分）：{words}</translation>
    </message>
    <message>
        <source>You may leave this empty.</source>
        <translation>可以不填。</translation>
    </message>
    <message>
        <source>Please choose one.</source>
        <translation>请选一项。</translation>
    </message>
</context>
<context>
    <name>QuickStep</name>
    <message>
        <source>Open with one click?</source>
        <translation>一键打开？</translation>
    </message>
    <message>
        <source>This device&apos;s keychain can open the wallet for you. Large payments still ask for your passphrase.</source>
        <translation>可由这台设备的钥匙串替你打开钱包。大额付款仍需输入口令。</translation>
    </message>
    <message>
        <source>Use quick unlock</source>
        <translation>启用快速解锁</translation>
    </message>
    <message>
        <source>Your passphrase opens the wallet</source>
        <translation>用口令打开钱包</translation>
    </message>
    <message>
        <source>This device has no keychain that could open it with one click.</source>
        <translation>这台设备没有可用的钥匙串，无法一键打开。</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Always ask for my passphrase</source>
        <translation>每次都输口令</translation>
    </message>
</context>
<context>
    <name>ReadingBar</name>
    <message>
        <source>You are reading what was said earlier.</source>
        <translation>你正在看以前的记录。</translation>
    </message>
    <message>
        <source>Back to now</source>
        <translation>回到当前会话</translation>
    </message>
</context>
<context>
    <name>Receipt</name>
    <message>
        <source>K-Bean Wallet receipt</source>
        <translation>K豆钱包收据</translation>
    </message>
    <message>
        <source>Signed by {name}, key {key}</source>
        <translation>{name}签名，密钥 {key}</translation>
    </message>
    <message>
        <source>Paid by</source>
        <translation>付款人</translation>
    </message>
    <message>
        <source>Paid to</source>
        <translation>收款方</translation>
    </message>
    <message>
        <source>Store</source>
        <translation>门店</translation>
    </message>
    <message>
        <source>For</source>
        <translation>事由</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Order number</source>
        <translation>订单号</translation>
    </message>
    <message>
        <source>{beans} used</source>
        <translation>用掉 {beans}</translation>
    </message>
    <message>
        <source>Coupon</source>
        <translation>优惠券</translation>
    </message>
    <message>
        <source>Price</source>
        <translation>原价</translation>
    </message>
</context>
<context>
    <name>ReceiptCard</name>
    <message>
        <source>Paid to {name}</source>
        <translation>已付给{name}</translation>
    </message>
    <message>
        <source>Signed by {name}</source>
        <translation>由{name}签名</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Save as PDF</source>
        <translation>存为 PDF</translation>
    </message>
    <message>
        <source>Ask about this payment</source>
        <translation>咨询这笔付款</translation>
    </message>
</context>
<context>
    <name>ReceiptFace</name>
    <message>
        <source>If the counter is offline, tell it {code}</source>
        <translation>收银台没网时，把确认码 {code} 报给收银员</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
</context>
<context>
    <name>ReceiptPanel</name>
    <message>
        <source>Details</source>
        <translation>详情</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Split this bill</source>
        <translation>分摊这笔账单</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Ask about this</source>
        <translation>问问客服</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Store</source>
        <translation>门店</translation>
    </message>
    <message>
        <source>For</source>
        <translation>用途</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>Order number</source>
        <translation>订单号</translation>
    </message>
    <message>
        <source>Open the payment</source>
        <translation>查看这笔付款</translation>
    </message>
    <message>
        <source>The receipt is copied.</source>
        <translation>收据已复制。</translation>
    </message>
    <message>
        <source>Save the receipt</source>
        <translation>保存收据</translation>
    </message>
    <message>
        <source>Saved as {name}.</source>
        <translation>已保存为 {name}。</translation>
    </message>
</context>
<context>
    <name>ReceiveView</name>
    <message>
        <source>My personal code</source>
        <translation>我的收款码</translation>
    </message>
    <message>
        <source>{name} asks for {amount}</source>
        <translation>{name}收款 {amount}</translation>
    </message>
    <message>
        <source>Pay {name}</source>
        <translation>向{name}付款</translation>
    </message>
    <message>
        <source>Wallet number</source>
        <translation>钱包号</translation>
    </message>
    <message>
        <source>Copy the number</source>
        <translation>复制钱包号</translation>
    </message>
    <message>
        <source>Copy the code</source>
        <translation>复制收款码</translation>
    </message>
    <message>
        <source>Save the picture…</source>
        <translation>保存图片…</translation>
    </message>
    <message>
        <source>Ask for an amount</source>
        <translation>设置金额</translation>
    </message>
    <message>
        <source>Whoever scans the code sees the amount and need not type it.</source>
        <translation>对方扫码后直接看到金额，无需输入。</translation>
    </message>
    <message>
        <source>What for</source>
        <translation>用途</translation>
    </message>
    <message>
        <source>Put it into the code</source>
        <translation>写入收款码</translation>
    </message>
    <message>
        <source>Without an amount</source>
        <translation>不设金额</translation>
    </message>
    <message>
        <source>Who finds me</source>
        <translation>谁能找到我</translation>
    </message>
    <message>
        <source>Your code and your wallet number always work. Others who know your number or address see a part of your name.</source>
        <translation>收款码和钱包号始终有效。知道你手机号或邮箱的人会看到你的部分姓名。</translation>
    </message>
    <message>
        <source>By my phone number</source>
        <translation>通过手机号找到我</translation>
    </message>
    <message>
        <source>By my e-mail address</source>
        <translation>通过邮箱找到我</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>The code is on the clipboard; it can be pasted in any wallet here</source>
        <translation>收款码已复制，可在本服务的任何钱包中粘贴</translation>
    </message>
    <message>
        <source>The wallet number is on the clipboard</source>
        <translation>钱包号已复制</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Save the code</source>
        <translation>保存收款码</translation>
    </message>
    <message>
        <source>my-code</source>
        <translation>我的收款码</translation>
    </message>
    <message>
        <source>The picture is saved</source>
        <translation>图片已保存</translation>
    </message>
    <message>
        <source>The picture could not be written</source>
        <translation>图片无法保存</translation>
    </message>
</context>
<context>
    <name>RecoveryForm</name>
    <message>
        <source>Recovery code</source>
        <translation>恢复码</translation>
    </message>
    <message>
        <source>New passphrase</source>
        <translation>新口令</translation>
    </message>
    <message>
        <source>Enter the recovery code you wrote down.</source>
        <translation>请输入你记下的恢复码。</translation>
    </message>
    <message>
        <source>Choose a new passphrase.</source>
        <translation>请设置新口令。</translation>
    </message>
    <message>
        <source>Four unusual words are better than one odd one.</source>
        <translation>四个不常见的词，胜过一个怪词。</translation>
    </message>
</context>
<context>
    <name>RecoveryStep</name>
    <message>
        <source>Show the code again</source>
        <translation>再看一次恢复码</translation>
    </message>
    <message>
        <source>Recovery code</source>
        <translation>恢复码</translation>
    </message>
    <message>
        <source>Dashes and case do not matter.</source>
        <translation>横线和大小写都无所谓。</translation>
    </message>
    <message>
        <source>Write this code down</source>
        <translation>请记下恢复码</translation>
    </message>
    <message>
        <source>If you forget your passphrase, only this code opens the wallet on this device. Keep it on paper, away from the computer. It is not shown again.</source>
        <translation>万一忘了口令，只有它能打开这台设备上的钱包。请抄在纸上，不要放在电脑里。以后不再显示。</translation>
    </message>
    <message>
        <source>I have written it down</source>
        <translation>我已记下</translation>
    </message>
    <message>
        <source>Type it once</source>
        <translation>请输入一遍</translation>
    </message>
    <message>
        <source>So that we both know it was written down right.</source>
        <translation>确认你抄得没错。</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>This is not the code. Compare it letter by letter.</source>
        <translation>与恢复码不符，请逐字核对。</translation>
    </message>
</context>
<context>
    <name>RedeemFace</name>
    <message>
        <source>The coupon is yours at once. {beans} are left afterwards.</source>
        <translation>优惠券马上到手，之后还剩 {beans}。</translation>
    </message>
    <message>
        <source>The K-Beans are held back until you collect it; you can change your mind until then. {beans} are left afterwards.</source>
        <translation>领取之前 K豆先为你预留，随时可以反悔。之后还剩 {beans}。</translation>
    </message>
    <message>
        <source>Give {beans}</source>
        <translation>兑换（{beans}）</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>Redeeming</name>
    <message>
        <source>The K-Beans are free again.</source>
        <translation>K豆已退回，可以再用。</translation>
    </message>
</context>
<context>
    <name>RefundPage</name>
    <message>
        <source>Sales and refunds</source>
        <translation>收款与退款</translation>
    </message>
    <message>
        <source>Find</source>
        <translation>查找</translation>
    </message>
    <message>
        <source>Number on the slip, or order number</source>
        <translation>小票号或订单号</translation>
    </message>
    <message>
        <source>Scan the slip, or type what the customer reads out.</source>
        <translation>扫小票上的条码，或输入顾客报的号码。</translation>
    </message>
    <message>
        <source>Refund how much</source>
        <translation>退款金额</translation>
    </message>
    <message>
        <source>Reason (the customer sees it)</source>
        <translation>原因（顾客能看到）</translation>
    </message>
    <message>
        <source>Refund all</source>
        <translation>全部退款</translation>
    </message>
    <message>
        <source>Print the slip again</source>
        <translation>重打小票</translation>
    </message>
    <message>
        <source>Refund {amount}</source>
        <translation>退款 {amount}</translation>
    </message>
    <message>
        <source>Choose a sale</source>
        <translation>请选一笔收款</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>When</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>How</source>
        <translation>方式</translation>
    </message>
    <message>
        <source>Customer</source>
        <translation>顾客</translation>
    </message>
    <message>
        <source>Cashier</source>
        <translation>收银员</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>编号</translation>
    </message>
    <message>
        <source>Confirmation code</source>
        <translation>确认码</translation>
    </message>
    <message>
        <source>Its payment</source>
        <translation>对应的付款</translation>
    </message>
    <message>
        <source>Order number</source>
        <translation>订单号</translation>
    </message>
    <message>
        <source>Refunded</source>
        <translation>已退款</translation>
    </message>
    <message>
        <source>Left</source>
        <translation>可退</translation>
    </message>
    <message>
        <source>Another till sold against the same payment</source>
        <translation>另一台收银机已凭这笔付款售货</translation>
    </message>
    <message>
        <source>The same eight digits were taken at two tills, and paid once. The other sale was told to the service first; the payment stands in the list by itself.</source>
        <translation>同一组八位数字在两台收银机上各用了一次，顾客只付了一次款。服务先收到的是另一台的那笔售货；这笔付款在列表里单独列出。</translation>
    </message>
    <message>
        <source>Not found in the shop&apos;s payments</source>
        <translation>店铺收款里没有这一笔</translation>
    </message>
    <message>
        <source>The eight digits fitted, but no payment of the printed code has them. Compare with the daily bill, and with what the customer&apos;s wallet shows.</source>
        <translation>八位数字核对无误，但固定码的到账里没有对应的付款。请核对日账单，并查看顾客钱包里的记录。</translation>
    </message>
    <message>
        <source>{amount} refunded</source>
        <translation>已退 {amount}</translation>
    </message>
    <message>
        <source>{amount} of it to the customer&apos;s wallet.</source>
        <translation>其中 {amount} 回到顾客钱包。</translation>
    </message>
    <message>
        <source>No answer yet to the refund of {amount}</source>
        <translation>{amount} 的退款还没有答复</translation>
    </message>
    <message>
        <source>It is sent again by itself, and happens once. Don&apos;t repeat it.</source>
        <translation>会自动重发，只退一次，请不要重复操作。</translation>
    </message>
</context>
<context>
    <name>RefundsBox</name>
    <message>
        <source>{amount} came back</source>
        <translation>已退回 {amount}</translation>
    </message>
    <message>
        <source>Nothing is left to refund.</source>
        <translation>已全部退完。</translation>
    </message>
    <message>
        <source>{amount} of it can still be refunded.</source>
        <translation>其中还可退 {amount}。</translation>
    </message>
</context>
<context>
    <name>RequestCard</name>
    <message>
        <source>Answer within {time}</source>
        <translation>请在 {time} 内答复</translation>
    </message>
</context>
<context>
    <name>RequestStrip</name>
    <message numerus="yes">
        <source>%n more request(s) for money</source>
        <translation>
            <numerusform>还有 %n 个收款请求</numerusform>
        </translation>
    </message>
    <message>
        <source>See all</source>
        <translation>查看全部</translation>
    </message>
    <message>
        <source>{name} asks you for {amount}</source>
        <translation>{name}向你收款 {amount}</translation>
    </message>
    <message>
        <source>Nothing is paid before you agree.</source>
        <translation>你同意之前不会付款。</translation>
    </message>
    <message>
        <source>Look at it</source>
        <translation>查看</translation>
    </message>
</context>
<context>
    <name>RequestsView</name>
    <message>
        <source>Ask somebody</source>
        <translation>向某人收款</translation>
    </message>
    <message>
        <source>Payment link</source>
        <translation>收款链接</translation>
    </message>
    <message>
        <source>Split a bill</source>
        <translation>分摊账单</translation>
    </message>
    <message>
        <source>Waiting for you</source>
        <translation>等你付款</translation>
    </message>
    <message>
        <source>You are waiting for</source>
        <translation>你在等待</translation>
    </message>
    <message>
        <source>Earlier</source>
        <translation>更早</translation>
    </message>
    <message>
        <source>Nobody waits for money</source>
        <translation>没有收款请求</translation>
    </message>
    <message>
        <source>Ask somebody for what they owe you, or split a bill: each is asked by name.</source>
        <translation>向欠款的人收款，或分摊账单：每个人都会收到自己那一份。</translation>
    </message>
    <message>
        <source>Until {day}</source>
        <translation>{day}前有效</translation>
    </message>
    <message>
        <source>Pay</source>
        <translation>付款</translation>
    </message>
    <message>
        <source>Decline</source>
        <translation>拒绝</translation>
    </message>
    <message>
        <source>Withdraw</source>
        <translation>撤回</translation>
    </message>
    <message>
        <source>Show the link</source>
        <translation>显示链接</translation>
    </message>
    <message>
        <source>Remind</source>
        <translation>提醒</translation>
    </message>
    <message>
        <source>Decline this request?</source>
        <translation>拒绝这个收款请求？</translation>
    </message>
    <message>
        <source>{name} is told. Nothing is paid.</source>
        <translation>{name}会收到通知，不会付款。</translation>
    </message>
    <message>
        <source>Withdraw the request for {amount}?</source>
        <translation>撤回 {amount} 的收款请求？</translation>
    </message>
    <message>
        <source>Nobody can pay it any more.</source>
        <translation>撤回后无人能再付款。</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Declined; nothing was paid</source>
        <translation>已拒绝，没有付款</translation>
    </message>
    <message>
        <source>Withdrawn</source>
        <translation>已撤回</translation>
    </message>
    <message>
        <source>Reminded; once a day is possible</source>
        <translation>已提醒，每天可提醒一次</translation>
    </message>
</context>
<context>
    <name>ResultFace</name>
    <message>
        <source>Serve the next one</source>
        <translation>先接待下一位</translation>
    </message>
    <message>
        <source>Next sale</source>
        <translation>下一笔</translation>
    </message>
    <message>
        <source>Print slip</source>
        <translation>打印小票</translation>
    </message>
    <message>
        <source>Yes, take it back</source>
        <translation>确定取消</translation>
    </message>
    <message>
        <source>Cancel the sale</source>
        <translation>取消收款</translation>
    </message>
    <message>
        <source>Paid</source>
        <translation>已支付</translation>
    </message>
    <message>
        <source>Not paid</source>
        <translation>未支付</translation>
    </message>
    <message>
        <source>Waiting for the customer</source>
        <translation>等待顾客</translation>
    </message>
    <message>
        <source>Taking it back</source>
        <translation>正在撤销</translation>
    </message>
    <message>
        <source>One moment</source>
        <translation>请稍候</translation>
    </message>
    <message>
        <source>{count} K-Beans for the customer</source>
        <translation>顾客得 {count} 颗 K豆</translation>
    </message>
    <message>
        <source>The customer scans this code, here or on the display.</source>
        <translation>请顾客扫这个码，这里或顾客屏都可以。</translation>
    </message>
    <message>
        <source>The customer has to confirm in the wallet.</source>
        <translation>请顾客在钱包里确认。</translation>
    </message>
    <message>
        <source>Don&apos;t hand anything over. If it was paid, the money goes back by itself.</source>
        <translation>先不要交货。如果已经扣款，钱会自动退回。</translation>
    </message>
    <message>
        <source>No answer yet; asking what became of the sale.</source>
        <translation>还没有答复，正在查询结果。</translation>
    </message>
    <message>
        <source>It was paid and taken back: the customer has the money again.</source>
        <translation>曾经支付，已经撤销：钱已退回顾客。</translation>
    </message>
    <message>
        <source>Nothing was paid, and nothing will be.</source>
        <translation>没有扣款，以后也不会扣款。</translation>
    </message>
    <message>
        <source>Enter, or just type the next amount.</source>
        <translation>按回车，或直接输入下一笔金额。</translation>
    </message>
    <message>
        <source>Press Esc once more to cancel the sale of {amount}.</source>
        <translation>再按一次 Esc，取消 {amount} 的收款。</translation>
    </message>
    <message>
        <source>Esc cancels the sale.</source>
        <translation>按 Esc 取消收款。</translation>
    </message>
</context>
<context>
    <name>SaleList</name>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>This counter</source>
        <translation>本机收款</translation>
    </message>
    <message>
        <source>Printed code</source>
        <translation>固定码</translation>
    </message>
    <message>
        <source>Which sales</source>
        <translation>显示哪些收款</translation>
    </message>
    <message>
        <source>Show more</source>
        <translation>显示更多</translation>
    </message>
    <message>
        <source>What customers paid to the printed code by themselves stands here.</source>
        <translation>顾客自己扫固定码付的款会显示在这里。</translation>
    </message>
    <message>
        <source>What this counter sold stands here.</source>
        <translation>这个收银台的收款会显示在这里。</translation>
    </message>
</context>
<context>
    <name>ScanPage</name>
    <message>
        <source>Choose a picture with a code</source>
        <translation>选一张带码的图片</translation>
    </message>
    <message>
        <source>Scan to pay</source>
        <translation>扫码付款</translation>
    </message>
    <message>
        <source>Hold a merchant&apos;s code in front of the camera, or drop a picture here.</source>
        <translation>把商户的码对准摄像头，或把图片拖到这里。</translation>
    </message>
    <message>
        <source>Choose a picture…</source>
        <translation>选择图片…</translation>
    </message>
    <message>
        <source>Paste</source>
        <translation>粘贴</translation>
    </message>
    <message>
        <source>Scan the screen</source>
        <translation>扫描屏幕</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>重新查找</translation>
    </message>
    <message>
        <source>Camera picture; found codes are outlined</source>
        <translation>摄像头画面，找到的码会被框出</translation>
    </message>
    <message>
        <source>Looking for a code…</source>
        <translation>正在找码…</translation>
    </message>
    <message>
        <source>Reading the picture…</source>
        <translation>正在识别图片…</translation>
    </message>
    <message>
        <source>Code found</source>
        <translation>找到了</translation>
    </message>
    <message>
        <source>{count} codes in view</source>
        <translation>画面中有 {count} 个码</translation>
    </message>
    <message>
        <source>Choose one: click it, or type its number.</source>
        <translation>请点选一个，或按它的编号。</translation>
    </message>
    <message>
        <source>No code in this picture</source>
        <translation>图片里没有码</translation>
    </message>
    <message>
        <source>Try a sharper or closer picture, with the whole code in it.</source>
        <translation>请换一张更清晰、更近、码完整的图片。</translation>
    </message>
    <message>
        <source>Nothing to scan on the clipboard</source>
        <translation>剪贴板里没有可扫的内容</translation>
    </message>
    <message>
        <source>Copy a picture of a code or its text, then paste again.</source>
        <translation>请先复制码的图片或文字，再粘贴。</translation>
    </message>
    <message>
        <source>No camera found</source>
        <translation>没有找到摄像头</translation>
    </message>
    <message>
        <source>Choose, paste or drop a picture instead.</source>
        <translation>可以选择、粘贴或拖入图片。</translation>
    </message>
    <message>
        <source>The camera is not allowed</source>
        <translation>没有使用摄像头的权限</translation>
    </message>
    <message>
        <source>Allow it in the system&apos;s privacy settings, or use a picture instead.</source>
        <translation>请在系统隐私设置中允许，或改用图片。</translation>
    </message>
    <message>
        <source>The camera stopped</source>
        <translation>摄像头停止了工作</translation>
    </message>
    <message>
        <source>Another program may be using it. Close that, then look again.</source>
        <translation>可能有别的程序在用。请关闭后重新查找。</translation>
    </message>
    <message>
        <source>The screen may not be read</source>
        <translation>没有读取屏幕的权限</translation>
    </message>
    <message>
        <source>Allow screen recording in the system&apos;s privacy settings, then try again.</source>
        <translation>请在系统隐私设置中允许录屏，然后重试。</translation>
    </message>
    <message>
        <source>This system does not show us its screen</source>
        <translation>此系统不允许读取屏幕</translation>
    </message>
    <message>
        <source>Take a screenshot and paste it here.</source>
        <translation>请截图后粘贴到这里。</translation>
    </message>
    <message>
        <source>This picture is too large</source>
        <translation>图片太大</translation>
    </message>
    <message>
        <source>Crop it around the code and try again.</source>
        <translation>请裁剪到码的周围再试。</translation>
    </message>
    <message>
        <source>This picture is damaged</source>
        <translation>图片已损坏</translation>
    </message>
    <message>
        <source>It cannot be opened to its end. Save or take it again.</source>
        <translation>无法完整打开，请重新保存或拍摄。</translation>
    </message>
    <message>
        <source>This file is empty</source>
        <translation>文件是空的</translation>
    </message>
    <message>
        <source>Save or take it again.</source>
        <translation>请重新保存或拍摄。</translation>
    </message>
    <message>
        <source>This is a folder</source>
        <translation>这是一个文件夹</translation>
    </message>
    <message>
        <source>Choose one picture in it.</source>
        <translation>请选择其中一张图片。</translation>
    </message>
    <message>
        <source>This file is not there any more</source>
        <translation>文件已不在了</translation>
    </message>
    <message>
        <source>It may have been moved or renamed.</source>
        <translation>可能被移动或改名了。</translation>
    </message>
    <message>
        <source>This file cannot be opened</source>
        <translation>文件打不开</translation>
    </message>
    <message>
        <source>Check that you may read it.</source>
        <translation>请检查是否有读取权限。</translation>
    </message>
    <message>
        <source>This is not a picture</source>
        <translation>这不是图片</translation>
    </message>
    <message>
        <source>Use a PNG, JPEG or WebP picture.</source>
        <translation>请使用 PNG、JPEG 或 WebP 图片。</translation>
    </message>
</context>
<context>
    <name>ScheduleFace</name>
    <message>
        <source>When is it paid?</source>
        <translation>什么时候付？</translation>
    </message>
    <message>
        <source>Once</source>
        <translation>一次</translation>
    </message>
    <message>
        <source>Daily</source>
        <translation>每天</translation>
    </message>
    <message>
        <source>Weekly</source>
        <translation>每周</translation>
    </message>
    <message>
        <source>Monthly</source>
        <translation>每月</translation>
    </message>
    <message>
        <source>Yearly</source>
        <translation>每年</translation>
    </message>
    <message>
        <source>Days from one payment to the next</source>
        <translation>每隔几天</translation>
    </message>
    <message>
        <source>Weeks from one payment to the next</source>
        <translation>每隔几周</translation>
    </message>
    <message>
        <source>Months from one payment to the next</source>
        <translation>每隔几个月</translation>
    </message>
    <message>
        <source>Years from one payment to the next</source>
        <translation>每隔几年</translation>
    </message>
    <message>
        <source>Until I stop it</source>
        <translation>直到我停止</translation>
    </message>
    <message>
        <source>So often</source>
        <translation>固定次数</translation>
    </message>
    <message>
        <source>times</source>
        <comment>so many times</comment>
        <translation>次</translation>
    </message>
    <message>
        <source>Payments</source>
        <translation>付款次数</translation>
    </message>
    <message>
        <source>The next days: {days}</source>
        <translation>接下来：{days}</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
</context>
<context>
    <name>SecurityPage</name>
    <message>
        <source>Security</source>
        <translation>安全</translation>
    </message>
    <message>
        <source>Who may look now</source>
        <translation>现在谁可以查看</translation>
    </message>
    <message>
        <source>Who looked at my account</source>
        <translation>谁看过我的账户</translation>
    </message>
    <message>
        <source>Staff see nothing before you allow it. Each look is written down before it is shown to them: who, when, and which details.</source>
        <translation>没有你的允许，客服什么都看不到。每次查看都先记录再显示：谁、什么时候、看了哪些内容。</translation>
    </message>
    <message>
        <source>Nobody has looked</source>
        <translation>还没有人看过</translation>
    </message>
    <message>
        <source>When you let somebody of the service see something, it stands here.</source>
        <translation>你允许客服查看的记录会列在这里。</translation>
    </message>
    <message>
        <source>Show older ones</source>
        <translation>显示更早的</translation>
    </message>
    <message>
        <source>End it whenever you like; it ends at once.</source>
        <translation>随时可以收回，立即生效。</translation>
    </message>
    <message>
        <source>Nobody. An agent has to ask you in the conversation first.</source>
        <translation>没有人。客服要先在会话里征得你的同意。</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Without your consent, in an emergency; two people decided it.</source>
        <translation>紧急情况下未经你同意查看，由两人共同决定。</translation>
    </message>
</context>
<context>
    <name>SellPage</name>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Show a QR</source>
        <translation>出示二维码</translation>
    </message>
    <message>
        <source>Cash</source>
        <translation>现金</translation>
    </message>
    <message>
        <source>No internet: code</source>
        <translation>没网：确认码</translation>
    </message>
    <message>
        <source>Digits type the amount, the scanner charges it; Enter shows a QR, Esc clears.</source>
        <translation>数字键输入金额，扫码即收款；回车出示二维码，Esc 清除。</translation>
    </message>
    <message>
        <source>Open a shift first</source>
        <translation>请先开班</translation>
    </message>
    <message>
        <source>Scan the customer&apos;s payment code</source>
        <translation>请扫顾客的付款码</translation>
    </message>
    <message>
        <source>Amount</source>
        <translation>金额</translation>
    </message>
    <message>
        <source>No shift is open; count the float and open one.</source>
        <translation>还没有开班，请先点清备用金再开班。</translation>
    </message>
    <message>
        <source>Open a shift</source>
        <translation>开班</translation>
    </message>
    <message>
        <source>Enter the amount first, then scan the code again.</source>
        <translation>请先输入金额，再扫一次付款码。</translation>
    </message>
</context>
<context>
    <name>SendView</name>
    <message>
        <source>Send money</source>
        <translation>转给他人</translation>
    </message>
    <message>
        <source>You see a part of the name before anything is sent, and can check the rest.</source>
        <translation>转账前会显示对方的部分姓名，你还可以核对完整姓名。</translation>
    </message>
    <message>
        <source>Nobody yet</source>
        <translation>还没有常用收款人</translation>
    </message>
    <message>
        <source>Whoever you pay stands here the next time: one click, then the amount.</source>
        <translation>付过款的人会显示在这里，下次点一下，输入金额即可。</translation>
    </message>
</context>
<context>
    <name>ServiceStep</name>
    <message>
        <source>Is this your service?</source>
        <translation>这是你的服务吗？</translation>
    </message>
    <message>
        <source>From now on the wallet trusts these keys and no others.</source>
        <translation>从现在起，钱包只信任这些密钥。</translation>
    </message>
    <message>
        <source>Licence {number}</source>
        <translation>牌照 {number}</translation>
    </message>
    <message>
        <source>Not licensed</source>
        <translation>未持牌</translation>
    </message>
    <message>
        <source>Fingerprint of its keys</source>
        <translation>密钥指纹</translation>
    </message>
    <message>
        <source>This is a demonstration</source>
        <translation>这是演示环境</translation>
    </message>
    <message>
        <source>It is not licensed, and the money in it is not real.</source>
        <translation>没有牌照，里面的钱也不是真的。</translation>
    </message>
    <message>
        <source>I am new here</source>
        <translation>我是新用户</translation>
    </message>
    <message>
        <source>I have a wallet</source>
        <translation>我已有钱包</translation>
    </message>
</context>
<context>
    <name>SetUpPage</name>
    <message>
        <source>Write this code down</source>
        <translation>请抄下这个恢复码</translation>
    </message>
    <message>
        <source>Set the counter up</source>
        <translation>设置收银台</translation>
    </message>
    <message>
        <source>If the passphrase is lost, only this code opens this counter&apos;s records.</source>
        <translation>如果忘了口令，只有这个码能打开本机的收银记录。</translation>
    </message>
    <message>
        <source>With the file that the operator made for this till.</source>
        <translation>使用运营方为这台收银机生成的文件。</translation>
    </message>
    <message>
        <source>File chosen: {address}</source>
        <translation>已选文件：{address}</translation>
    </message>
    <message>
        <source>Choose the file</source>
        <translation>选择文件</translation>
    </message>
    <message>
        <source>Passphrase of this counter</source>
        <translation>收银台口令</translation>
    </message>
    <message>
        <source>Opens the counter on this computer; at least 8 characters.</source>
        <translation>用来打开本机的收银台，至少 8 个字符。</translation>
    </message>
    <message>
        <source>This computer may open the counter by itself</source>
        <translation>允许这台电脑自动打开收银台</translation>
    </message>
    <message>
        <source>I have written it down</source>
        <translation>我已经抄好</translation>
    </message>
    <message>
        <source>Set up</source>
        <translation>开始设置</translation>
    </message>
    <message>
        <source>This is not a counter&apos;s set-up file</source>
        <translation>这不是收银台的设置文件</translation>
    </message>
    <message>
        <source>The operator&apos;s file</source>
        <translation>运营方的文件</translation>
    </message>
    <message>
        <source>Set-up file</source>
        <translation>设置文件</translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Changes at once.</source>
        <translation>立即生效。</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>Language and look</source>
        <translation>语言和外观</translation>
    </message>
    <message>
        <source>At the counter</source>
        <translation>收银台</translation>
    </message>
    <message>
        <source>Receipt printer</source>
        <translation>小票打印机</translation>
    </message>
    <message>
        <source>This till</source>
        <translation>本机</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>A sound with each result</source>
        <translation>每个结果都有提示音</translation>
    </message>
    <message>
        <source>Fill the whole screen</source>
        <translation>全屏显示</translation>
    </message>
    <message>
        <source>How fast the scanner types</source>
        <translation>扫码枪的输入速度</translation>
    </message>
    <message>
        <source>USB cable</source>
        <translation>USB 有线</translation>
    </message>
    <message>
        <source>Slow, over the air</source>
        <translation>较慢，无线</translation>
    </message>
    <message>
        <source>Sign out who walks away; a basket waits for them (a manager sets this)</source>
        <translation>收银员离开多久后退出登录；购物篮会为其保留（由店长设置）</translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation>
            <numerusform>%n 分钟</numerusform>
        </translation>
    </message>
    <message>
        <source>Show the customer display</source>
        <translation>打开顾客屏</translation>
    </message>
    <message>
        <source>None</source>
        <comment>no printer</comment>
        <translation>无</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>网络</translation>
    </message>
    <message>
        <source>Serial</source>
        <translation>串口</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>58 mm</source>
        <translation>58 毫米</translation>
    </message>
    <message>
        <source>80 mm</source>
        <translation>80 毫米</translation>
    </message>
    <message>
        <source>Open the cash drawer with cash sales</source>
        <translation>收现金时打开钱箱</translation>
    </message>
    <message>
        <source>Print a slip after each sale</source>
        <translation>每笔收款后打印小票</translation>
    </message>
    <message>
        <source>Print a test slip</source>
        <translation>打印测试小票</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Vendor and product</source>
        <translation>厂商和产品号</translation>
    </message>
    <message>
        <source>Port and speed</source>
        <translation>端口和速率</translation>
    </message>
    <message>
        <source>Merchant</source>
        <translation>商户</translation>
    </message>
    <message>
        <source>Store</source>
        <translation>门店</translation>
    </message>
    <message>
        <source>Till</source>
        <translation>收银机</translation>
    </message>
    <message>
        <source>Currency</source>
        <translation>币种</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>通知</translation>
    </message>
    <message>
        <source>When Help answers while you look elsewhere.</source>
        <translation>你在忙别的时，有回复就提醒你。</translation>
    </message>
    <message>
        <source>None</source>
        <comment>no notifications</comment>
        <translation>不通知</translation>
    </message>
    <message>
        <source>Without text</source>
        <translation>不含内容</translation>
    </message>
    <message>
        <source>With text</source>
        <translation>含内容</translation>
    </message>
    <message>
        <source>Lock by itself</source>
        <translation>自动锁定</translation>
    </message>
    <message>
        <source>When nobody touches the wallet for this long.</source>
        <translation>多久无人操作就锁定。</translation>
    </message>
    <message>
        <source>1 min</source>
        <translation>1 分钟</translation>
    </message>
    <message>
        <source>5 min</source>
        <translation>5 分钟</translation>
    </message>
    <message>
        <source>15 min</source>
        <translation>15 分钟</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>从不</translation>
    </message>
    <message>
        <source>Quick unlock</source>
        <translation>快速解锁</translation>
    </message>
    <message>
        <source>This device&apos;s keychain opens the wallet. Your passphrase still works.</source>
        <translation>由这台设备的钥匙串打开钱包，口令照样可用。</translation>
    </message>
    <message>
        <source>Lock now</source>
        <translation>立即锁定</translation>
    </message>
    <message>
        <source>The wallet stays signed in at the service.</source>
        <translation>不会退出登录。</translation>
    </message>
    <message>
        <source>Lock</source>
        <translation>锁定</translation>
    </message>
    <message>
        <source>Sign out</source>
        <translation>退出登录</translation>
    </message>
    <message>
        <source>Ends the session at the service. Your history stays here, encrypted.</source>
        <translation>结束在服务方的登录，账单仍加密保存在这里。</translation>
    </message>
    <message>
        <source>Sign out…</source>
        <translation>退出登录…</translation>
    </message>
    <message>
        <source>Service and licence</source>
        <translation>服务与牌照</translation>
    </message>
    <message>
        <source>This is a demonstration</source>
        <translation>这是演示环境</translation>
    </message>
    <message>
        <source>It is not licensed, and the money in it is not real.</source>
        <translation>没有牌照，里面的钱也不是真的。</translation>
    </message>
    <message>
        <source>K-Bean Wallet is free software under the Apache License 2.0. K-Beans are loyalty points and never money.</source>
        <translation>K豆钱包是自由软件，采用 Apache 2.0 许可证。K豆是积分，不是钱。</translation>
    </message>
    <message>
        <source>Operator</source>
        <translation>运营机构</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>牌照</translation>
    </message>
    <message>
        <source>None</source>
        <comment>no licence</comment>
        <translation>无</translation>
    </message>
    <message>
        <source>Service version</source>
        <translation>服务版本</translation>
    </message>
    <message>
        <source>Wallet version</source>
        <translation>钱包版本</translation>
    </message>
    <message>
        <source>{name} ({contact})</source>
        <translation>{name}（{contact}）</translation>
    </message>
    <message>
        <source>Signed in as</source>
        <translation>登录身份</translation>
    </message>
    <message>
        <source>Stay signed in</source>
        <translation>保持登录</translation>
    </message>
    <message>
        <source>Sign out on this device?</source>
        <translation>在这台设备上退出登录？</translation>
    </message>
    <message>
        <source>Paying needs you to sign in again with your passphrase. Nothing on this device is deleted.</source>
        <translation>以后付款前需要用口令重新登录。这台设备上的数据不会删除。</translation>
    </message>
</context>
<context>
    <name>Shell</name>
    <message>
        <source>Home</source>
        <translation>首页</translation>
    </message>
    <message>
        <source>Pay</source>
        <comment>the room where one scans</comment>
        <translation>付款</translation>
    </message>
    <message>
        <source>Transfer</source>
        <translation>转账</translation>
    </message>
    <message>
        <source>Activity</source>
        <translation>账单</translation>
    </message>
    <message>
        <source>K-Beans</source>
        <translation>K豆</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>帮助</translation>
    </message>
    <message>
        <source>Security</source>
        <translation>安全</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Search payments   {keys}</source>
        <translation>搜索账单   {keys}</translation>
    </message>
    <message>
        <source>Search payments</source>
        <translation>搜索账单</translation>
    </message>
    <message>
        <source>Lock the wallet</source>
        <translation>锁定钱包</translation>
    </message>
    <message>
        <source>Ask the service for what is new</source>
        <translation>向服务方查询最新数据</translation>
    </message>
    <message numerus="yes">
        <source>%n unread message(s)</source>
        <translation>
            <numerusform>%n 条未读消息</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n change(s) to your cases and feedback</source>
        <translation>
            <numerusform>工单和反馈有 %n 处新进展</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ShiftPage</name>
    <message>
        <source>Open a shift</source>
        <translation>开班</translation>
    </message>
    <message>
        <source>Count what lies in the drawer before the first sale.</source>
        <translation>第一笔收款之前，请点清钱箱里的现金。</translation>
    </message>
    <message>
        <source>Float in the drawer</source>
        <translation>钱箱备用金</translation>
    </message>
    <message>
        <source>Open the shift</source>
        <translation>开班</translation>
    </message>
    <message>
        <source>Sold with the wallet</source>
        <translation>钱包收款</translation>
    </message>
    <message>
        <source>In the drawer</source>
        <translation>钱箱</translation>
    </message>
    <message>
        <source>Cash in and out</source>
        <translation>存取现金</translation>
    </message>
    <message>
        <source>How much</source>
        <translation>金额</translation>
    </message>
    <message>
        <source>What for</source>
        <translation>用途</translation>
    </message>
    <message>
        <source>Put in</source>
        <translation>存入</translation>
    </message>
    <message>
        <source>Take out</source>
        <translation>取出</translation>
    </message>
    <message>
        <source>Close the shift (Z report)</source>
        <translation>交班（Z 报表）</translation>
    </message>
    <message>
        <source>Count the drawer. Closing waits until every sale has its result.</source>
        <translation>请点清钱箱。每笔收款都有结果之后才能交班。</translation>
    </message>
    <message>
        <source>Counted in the drawer</source>
        <translation>钱箱实点</translation>
    </message>
    <message>
        <source>Close the shift</source>
        <translation>交班</translation>
    </message>
    <message>
        <source>Print</source>
        <translation>打印</translation>
    </message>
    <message>
        <source>Shift {number}, since {when}</source>
        <translation>第 {number} 班，{when} 开班</translation>
    </message>
    <message>
        <source>No shift is open</source>
        <translation>还没有开班</translation>
    </message>
    <message numerus="yes">
        <source>%n sale(s)</source>
        <translation>
            <numerusform>收款 %n 笔</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n refund(s)</source>
        <translation>
            <numerusform>退款 %n 笔</numerusform>
        </translation>
    </message>
    <message>
        <source>Together</source>
        <translation>合计</translation>
    </message>
    <message numerus="yes">
        <source>%n by confirmation code</source>
        <translation>
            <numerusform>确认码收款 %n 笔</numerusform>
        </translation>
    </message>
    <message>
        <source>of them {name}</source>
        <translation>其中 {name}</translation>
    </message>
    <message numerus="yes">
        <source>%n without a payment</source>
        <translation>
            <numerusform>%n 笔没有对应的收款</numerusform>
        </translation>
    </message>
    <message>
        <source>Float</source>
        <translation>备用金</translation>
    </message>
    <message>
        <source>Sold for cash</source>
        <translation>现金收款</translation>
    </message>
    <message>
        <source>Taken out</source>
        <translation>已取出</translation>
    </message>
    <message>
        <source>Expected</source>
        <translation>应有</translation>
    </message>
    <message>
        <source>Nothing missing</source>
        <translation>分文不差</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>差额</translation>
    </message>
    <message>
        <source>Shift {number} is open</source>
        <translation>第 {number} 班已开班</translation>
    </message>
    <message>
        <source>Drawer: {amount}</source>
        <translation>钱箱：{amount}</translation>
    </message>
    <message>
        <source>Shift {number} is closed; it is handed in when there is a network</source>
        <translation>第 {number} 班已交班；有网络后自动上交</translation>
    </message>
    <message>
        <source>Shift {number} is closed; the service counted the same</source>
        <translation>第 {number} 班已交班，与服务端核对一致</translation>
    </message>
    <message>
        <source>Shift {number} is closed, but the service counted otherwise</source>
        <translation>第 {number} 班已交班，但与服务端数字不一致</translation>
    </message>
    <message>
        <source>Look at: {numbers}</source>
        <translation>请核对：{numbers}</translation>
    </message>
</context>
<context>
    <name>Shop</name>
    <message>
        <source>{amount} off</source>
        <translation>减 {amount}</translation>
    </message>
    <message>
        <source>from {amount}</source>
        <translation>满 {amount} 可用</translation>
    </message>
    <message>
        <source>good for {count} days</source>
        <translation>{count} 天内有效</translation>
    </message>
</context>
<context>
    <name>ShopCards</name>
    <message>
        <source>Get it</source>
        <translation>兑换</translation>
    </message>
    <message>
        <source>Get {name} for {beans}</source>
        <translation>用 {beans} 兑换{name}</translation>
    </message>
    <message>
        <source>Sold out</source>
        <translation>已兑完</translation>
    </message>
    <message>
        <source>You have had yours</source>
        <translation>已达每人上限</translation>
    </message>
    <message>
        <source>{beans} missing</source>
        <translation>还差 {beans}</translation>
    </message>
</context>
<context>
    <name>SignInAgain</name>
    <message>
        <source>Sign in again</source>
        <translation>重新登录</translation>
    </message>
    <message>
        <source>The service has ended this device&apos;s session. Your history is untouched.</source>
        <translation>服务方已结束这台设备的登录，你的账单不受影响。</translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation>口令</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>登录</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>以后再说</translation>
    </message>
</context>
<context>
    <name>Slips</name>
    <message>
        <source>Other goods</source>
        <translation>其他商品</translation>
    </message>
    <message>
        <source>Total</source>
        <translation>合计</translation>
    </message>
    <message>
        <source>Customer</source>
        <translation>顾客</translation>
    </message>
    <message>
        <source>K-Beans earned</source>
        <translation>获得 K豆</translation>
    </message>
    <message>
        <source>Refunded</source>
        <translation>已退款</translation>
    </message>
    <message>
        <source>Confirmation code</source>
        <translation>确认码</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Cashier</source>
        <translation>收银员</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>订单号</translation>
    </message>
    <message>
        <source>Z report</source>
        <translation>Z 报表（交班）</translation>
    </message>
    <message>
        <source>X report</source>
        <translation>X 报表</translation>
    </message>
    <message>
        <source>Opened</source>
        <translation>开班</translation>
    </message>
    <message>
        <source>Closed</source>
        <translation>交班</translation>
    </message>
    <message>
        <source>Opened by</source>
        <translation>开班人</translation>
    </message>
    <message>
        <source>Sales</source>
        <translation>收款</translation>
    </message>
    <message>
        <source>Refunds</source>
        <translation>退款</translation>
    </message>
    <message>
        <source>Wallet</source>
        <translation>钱包净额</translation>
    </message>
    <message>
        <source>Confirmation codes</source>
        <translation>确认码收款</translation>
    </message>
    <message>
        <source>Without a payment</source>
        <translation>没有对应的收款</translation>
    </message>
    <message>
        <source>Float</source>
        <translation>备用金</translation>
    </message>
    <message>
        <source>Sold for cash</source>
        <translation>现金收款</translation>
    </message>
    <message>
        <source>Put in</source>
        <translation>存入</translation>
    </message>
    <message>
        <source>Taken out</source>
        <translation>已取出</translation>
    </message>
    <message>
        <source>Expected</source>
        <translation>应有</translation>
    </message>
    <message>
        <source>Counted</source>
        <translation>实点</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>差额</translation>
    </message>
    <message>
        <source>The service agrees</source>
        <translation>与服务端一致</translation>
    </message>
    <message>
        <source>The service differs</source>
        <translation>与服务端不一致</translation>
    </message>
    <message>
        <source>The printer works.</source>
        <translation>打印机正常。</translation>
    </message>
    <message>
        <source>Demo: no real money</source>
        <translation>演示：没有真钱</translation>
    </message>
    <message>
        <source>*** COPY ***</source>
        <translation>*** 重打 ***</translation>
    </message>
</context>
<context>
    <name>SplitFace</name>
    <message>
        <source>Split a bill</source>
        <translation>分摊账单</translation>
    </message>
    <message>
        <source>What for</source>
        <translation>用途</translation>
    </message>
    <message>
        <source>Everybody reads it.</source>
        <translation>每个人都会看到。</translation>
    </message>
    <message>
        <source>Equally</source>
        <translation>平均</translation>
    </message>
    <message>
        <source>By hand</source>
        <translation>手动</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>You</source>
        <translation>你</translation>
    </message>
    <message>
        <source>Leave {name} out</source>
        <translation>移除{name}</translation>
    </message>
    <message>
        <source>Part of {name}</source>
        <translation>{name}的金额</translation>
    </message>
    <message>
        <source>Add at least one other person.</source>
        <translation>请至少再添加一人。</translation>
    </message>
    <message>
        <source>Fill in the bill and every part.</source>
        <translation>请填写总额和每人的金额。</translation>
    </message>
    <message>
        <source>Ask everybody for their part</source>
        <translation>向每人收取各自的金额</translation>
    </message>
    <message>
        <source>{amount} of the bill belong to nobody yet.</source>
        <translation>还有 {amount} 没有分配。</translation>
    </message>
    <message>
        <source>The parts are {amount} more than the bill.</source>
        <translation>各人金额合计比总额多 {amount}。</translation>
    </message>
    <message numerus="yes">
        <source>It does not divide evenly: {amount} more for the first %n.</source>
        <translation>
            <numerusform>不能整除：前 %n 人各多 {amount}。</numerusform>
        </translation>
    </message>
    <message>
        <source>The parts add up to the bill.</source>
        <translation>各人金额合计等于总额。</translation>
    </message>
</context>
<context>
    <name>StageBar</name>
    <message>
        <source>Step {number} of {count}: {stage}</source>
        <translation>第 {number} 步，共 {count} 步：{stage}</translation>
    </message>
</context>
<context>
    <name>StatementFace</name>
    <message>
        <source>Statement with a seal</source>
        <translation>带电子印章的对账单</translation>
    </message>
    <message>
        <source>Everything that moved on these days, with the balance before and after. The operator seals the PDF: anybody can check that nothing in it was changed.</source>
        <translation>这些天的全部收支，以及期初、期末余额。运营方在 PDF 上盖电子印章，谁都可以查验内容有没有改动。</translation>
    </message>
    <message>
        <source>This month</source>
        <translation>本月</translation>
    </message>
    <message>
        <source>Last month</source>
        <translation>上个月</translation>
    </message>
    <message>
        <source>This year</source>
        <translation>今年</translation>
    </message>
    <message>
        <source>Other days</source>
        <translation>其他日期</translation>
    </message>
    <message>
        <source>First day</source>
        <translation>开始日期</translation>
    </message>
    <message>
        <source>Last day</source>
        <translation>结束日期</translation>
    </message>
    <message>
        <source>Save the statement</source>
        <translation>保存对账单</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>以后再说</translation>
    </message>
    <message>
        <source>Fetching and checking the seal…</source>
        <translation>正在取回并查验印章…</translation>
    </message>
    <message>
        <source>Write a day, such as 2026-11-05.</source>
        <translation>请写一个日期，例如 2026-11-05。</translation>
    </message>
    <message>
        <source>This day is still to come.</source>
        <translation>这一天还没到。</translation>
    </message>
    <message>
        <source>The last day stands before the first.</source>
        <translation>结束日期早于开始日期。</translation>
    </message>
    <message>
        <source>A statement is for a year at most.</source>
        <translation>一份对账单最多一年。</translation>
    </message>
    <message>
        <source>The seal was checked; saved as {name}.</source>
        <translation>印章查验无误，已存为 {name}。</translation>
    </message>
</context>
<context>
    <name>Step</name>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
</context>
<context>
    <name>Stepper</name>
    <message>
        <source>Fewer: {what}</source>
        <translation>减少：{what}</translation>
    </message>
    <message>
        <source>More: {what}</source>
        <translation>增加：{what}</translation>
    </message>
</context>
<context>
    <name>Strength</name>
    <message>
        <source>Guessed at once.</source>
        <translation>一猜就中。</translation>
    </message>
    <message>
        <source>Very easy to guess.</source>
        <translation>很容易猜到。</translation>
    </message>
    <message>
        <source>Still easy to guess. One more word helps.</source>
        <translation>还是容易猜到，再加一个词就好。</translation>
    </message>
    <message>
        <source>Good.</source>
        <translation>不错。</translation>
    </message>
    <message>
        <source>Very good.</source>
        <translation>很好。</translation>
    </message>
    <message>
        <source>Rows of keys are easy to guess.</source>
        <translation>键盘上连成排的键很好猜。</translation>
    </message>
    <message>
        <source>Keyboard patterns are easy to guess.</source>
        <translation>键盘上的图案很好猜。</translation>
    </message>
    <message>
        <source>Repeated letters are easy to guess.</source>
        <translation>重复的字母很好猜。</translation>
    </message>
    <message>
        <source>Repeating something adds little.</source>
        <translation>重复同样的内容作用不大。</translation>
    </message>
    <message>
        <source>Sequences such as abc or 6543 are easy to guess.</source>
        <translation>像 abc、6543 这样的顺序很好猜。</translation>
    </message>
    <message>
        <source>Years are easy to guess.</source>
        <translation>年份很好猜。</translation>
    </message>
    <message>
        <source>Dates are easy to guess.</source>
        <translation>日期很好猜。</translation>
    </message>
    <message>
        <source>This is among the most used passwords of all.</source>
        <translation>这是最常用的密码之一。</translation>
    </message>
    <message>
        <source>Many people use this password.</source>
        <translation>很多人都用这个密码。</translation>
    </message>
    <message>
        <source>This is close to a password that many people use.</source>
        <translation>它和常用密码很像。</translation>
    </message>
    <message>
        <source>One word alone is easy to guess.</source>
        <translation>单独一个词很好猜。</translation>
    </message>
    <message>
        <source>Names alone are easy to guess.</source>
        <translation>单独一个名字很好猜。</translation>
    </message>
    <message>
        <source>Common names are easy to guess.</source>
        <translation>常见的名字很好猜。</translation>
    </message>
</context>
<context>
    <name>SubPage</name>
    <message>
        <source>Back to the conversation</source>
        <translation>返回会话</translation>
    </message>
</context>
<context>
    <name>SuggestView</name>
    <message>
        <source>Did you mean:</source>
        <translation>你是想问：</translation>
    </message>
    <message>
        <source>None of these</source>
        <translation>都不是</translation>
    </message>
</context>
<context>
    <name>Support</name>
    <message>
        <source>About this payment</source>
        <translation>关于这笔付款</translation>
    </message>
    <message>
        <source>About this error</source>
        <translation>关于这个错误</translation>
    </message>
    <message>
        <source>About this case</source>
        <translation>关于这个工单</translation>
    </message>
    <message>
        <source>About this page</source>
        <translation>关于这一页</translation>
    </message>
    <message>
        <source>It did not help at all</source>
        <translation>完全没帮上忙</translation>
    </message>
    <message>
        <source>It helped little</source>
        <translation>没怎么帮上</translation>
    </message>
    <message>
        <source>It was all right</source>
        <translation>还可以</translation>
    </message>
    <message>
        <source>It helped</source>
        <translation>帮上忙了</translation>
    </message>
    <message>
        <source>It helped very much</source>
        <translation>帮了大忙</translation>
    </message>
    <message>
        <source>Lift the freeze</source>
        <translation>解除冻结</translation>
    </message>
    <message>
        <source>From then on payments work again.</source>
        <translation>解除后就可以照常付款。</translation>
    </message>
    <message>
        <source>There is news about what you asked for</source>
        <translation>你反映的事有新进展</translation>
    </message>
    <message>
        <source>{name} has answered you</source>
        <translation>{name} 回复了你</translation>
    </message>
    <message>
        <source>There is an answer for you</source>
        <translation>你有新的回复</translation>
    </message>
    <message>
        <source>Open Help to read it.</source>
        <translation>打开“帮助”查看。</translation>
    </message>
    <message>
        <source>less than a minute</source>
        <translation>不到一分钟</translation>
    </message>
    <message>
        <source>about {count} min</source>
        <translation>约 {count} 分钟</translation>
    </message>
    <message>
        <source>about {count} h</source>
        <translation>约 {count} 小时</translation>
    </message>
    <message>
        <source>tomorrow {time}</source>
        <translation>明天 {time}</translation>
    </message>
    <message>
        <source>{day} {time}</source>
        <translation>{day} {time}</translation>
    </message>
    <message>
        <source>People answer around the clock</source>
        <translation>人工客服全天在线</translation>
    </message>
    <message>
        <source>People answer until {time}</source>
        <translation>人工客服在线至 {time}</translation>
    </message>
    <message>
        <source>No people are here now</source>
        <translation>人工客服现在不在线</translation>
    </message>
    <message>
        <source>People answer again {time}</source>
        <translation>人工客服 {time} 上线</translation>
    </message>
    <message>
        <source>In the queue</source>
        <translation>排队中</translation>
    </message>
    <message>
        <source>You are next</source>
        <translation>下一位就是你</translation>
    </message>
    <message>
        <source>Number {place} in the queue</source>
        <translation>排在第 {place} 位</translation>
    </message>
    <message>
        <source>Wait: {wait}</source>
        <translation>预计等待{wait}</translation>
    </message>
    <message>
        <source>A person of the service</source>
        <translation>人工客服</translation>
    </message>
    <message>
        <source>Waiting for a person</source>
        <translation>正在等待人工客服</translation>
    </message>
    <message>
        <source>Conversation closed</source>
        <translation>会话已结束</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>帮助</translation>
    </message>
    <message>
        <source>{name} takes over</source>
        <translation>{name} 接手了会话</translation>
    </message>
    <message>
        <source>{name} is here and has read what you wrote</source>
        <translation>{name} 来了，并看过你前面说的内容</translation>
    </message>
    <message>
        <source>You asked for a person</source>
        <translation>你要求转人工</translation>
    </message>
    <message>
        <source>The conversation was closed</source>
        <translation>会话已结束</translation>
    </message>
    <message>
        <source>The assistant answers again</source>
        <translation>智能助手继续为你解答</translation>
    </message>
    <message>
        <source>Opened again. A person will answer</source>
        <translation>会话已重新打开，人工客服会来回复</translation>
    </message>
    <message>
        <source>Handed on to a colleague who knows this</source>
        <translation>已转给更熟悉这个问题的同事</translation>
    </message>
    <message>
        <source>A person will answer this</source>
        <translation>这个问题会由人工客服回复</translation>
    </message>
    <message>
        <source>Opened again</source>
        <translation>已重新打开</translation>
    </message>
    <message>
        <source>Your balance</source>
        <translation>你的余额</translation>
    </message>
    <message>
        <source>How much money and how many K-Beans there are.</source>
        <translation>有多少钱、多少K豆。</translation>
    </message>
    <message>
        <source>Payments of the last 30 days</source>
        <translation>近 30 天的付款</translation>
    </message>
    <message>
        <source>Time, amount, merchant and state. No notes of yours.</source>
        <translation>时间、金额、商户和状态，不含你的备注。</translation>
    </message>
    <message>
        <source>Your profile, partly hidden</source>
        <translation>你的资料（部分隐藏）</translation>
    </message>
    <message>
        <source>Name and contact with most letters covered.</source>
        <translation>姓名和联系方式，大部分字符会遮住。</translation>
    </message>
    <message>
        <source>Your devices</source>
        <translation>你的设备</translation>
    </message>
    <message>
        <source>Which devices are signed in and since when.</source>
        <translation>哪些设备登录着、从什么时候开始。</translation>
    </message>
    <message>
        <source>available balance</source>
        <translation>可用余额</translation>
    </message>
    <message>
        <source>booked balance</source>
        <translation>账面余额</translation>
    </message>
    <message>
        <source>balance</source>
        <translation>余额</translation>
    </message>
    <message>
        <source>K-Beans</source>
        <translation>K豆</translation>
    </message>
    <message>
        <source>payments</source>
        <translation>付款记录</translation>
    </message>
    <message>
        <source>name</source>
        <translation>姓名</translation>
    </message>
    <message>
        <source>contact</source>
        <translation>联系方式</translation>
    </message>
    <message>
        <source>language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>state of the account</source>
        <translation>账户状态</translation>
    </message>
    <message>
        <source>devices</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>member since</source>
        <translation>注册时间</translation>
    </message>
    <message>
        <source>Freeze your account?</source>
        <translation>要冻结账户吗？</translation>
    </message>
    <message>
        <source>Nothing can be paid out, other devices are signed out and every shown code stops working. Money can still come in. You lift it with your passphrase.</source>
        <translation>冻结后不能付款，其他设备会退出登录，已出示的付款码全部失效。钱仍能进账。用你的口令就能解除。</translation>
    </message>
    <message>
        <source>Freeze now</source>
        <translation>立即冻结</translation>
    </message>
    <message>
        <source>Look for this payment?</source>
        <translation>要查这笔付款吗？</translation>
    </message>
    <message>
        <source>The assistant looks it up in your account and shows what became of it.</source>
        <translation>智能助手会在你的账户里找到它，告诉你结果。</translation>
    </message>
    <message>
        <source>Look for it</source>
        <translation>帮我查</translation>
    </message>
    <message>
        <source>Unlock signing in?</source>
        <translation>要解除登录锁定吗？</translation>
    </message>
    <message>
        <source>You can try your passphrase again at once.</source>
        <translation>解除后可以马上重新输入口令。</translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation>解锁</translation>
    </message>
    <message>
        <source>Send the code again?</source>
        <translation>要重新发送验证码吗？</translation>
    </message>
    <message>
        <source>A new code goes to your registered contact. The old one stops working.</source>
        <translation>新的验证码会发到你登记的联系方式，旧的随即失效。</translation>
    </message>
    <message>
        <source>Send again</source>
        <translation>重新发送</translation>
    </message>
    <message>
        <source>Open a case?</source>
        <translation>要建立工单吗？</translation>
    </message>
    <message>
        <source>It gets a number, somebody is responsible for it, and you see each step.</source>
        <translation>工单有编号、有专人负责，每一步你都看得到。</translation>
    </message>
    <message>
        <source>Open a case</source>
        <translation>建立工单</translation>
    </message>
    <message>
        <source>Talk to a person?</source>
        <translation>要转人工吗？</translation>
    </message>
    <message>
        <source>Somebody of the service reads what you wrote here and goes on with it.</source>
        <translation>人工客服会先看你在这里说过的内容，再接着处理。</translation>
    </message>
    <message>
        <source>Talk to a person</source>
        <translation>转人工</translation>
    </message>
    <message>
        <source>Do this for you?</source>
        <translation>要替你办理吗？</translation>
    </message>
    <message>
        <source>It is done only once you agree.</source>
        <translation>你同意之后才会办理。</translation>
    </message>
    <message>
        <source>Agree</source>
        <translation>同意</translation>
    </message>
    <message>
        <source>Freeze my account</source>
        <translation>冻结我的账户</translation>
    </message>
    <message>
        <source>Find the payment</source>
        <translation>查这笔付款</translation>
    </message>
    <message>
        <source>Unlock signing in</source>
        <translation>解除登录锁定</translation>
    </message>
    <message>
        <source>Send the code again</source>
        <translation>重新发送验证码</translation>
    </message>
    <message>
        <source>Back to the assistant</source>
        <translation>回到智能助手</translation>
    </message>
    <message>
        <source>Change your name</source>
        <translation>修改姓名</translation>
    </message>
    <message>
        <source>Change the language of messages</source>
        <translation>修改消息语言</translation>
    </message>
    <message>
        <source>Change your contact</source>
        <translation>修改联系方式</translation>
    </message>
    <message>
        <source>Sign a device out</source>
        <translation>让一台设备退出登录</translation>
    </message>
    <message>
        <source>Change something</source>
        <translation>修改信息</translation>
    </message>
    <message>
        <source>Allowed until {time}</source>
        <translation>已允许，到 {time} 为止</translation>
    </message>
    <message>
        <source>Allowed</source>
        <translation>已允许</translation>
    </message>
    <message>
        <source>Confirmed that it is you, valid until {time}</source>
        <translation>已确认是你本人，{time} 前有效</translation>
    </message>
    <message>
        <source>Confirmed that it is you</source>
        <translation>已确认是你本人</translation>
    </message>
    <message>
        <source>Not done</source>
        <translation>未办理</translation>
    </message>
    <message>
        <source>Not allowed. Nothing was seen</source>
        <translation>未允许，对方什么也没看到</translation>
    </message>
    <message>
        <source>Refused. Nothing was changed</source>
        <translation>已拒绝，什么也没有改</translation>
    </message>
    <message>
        <source>Refused</source>
        <translation>已拒绝</translation>
    </message>
    <message>
        <source>Confirmed, on its way</source>
        <translation>已确认，正在办理</translation>
    </message>
    <message>
        <source>That did not work</source>
        <translation>没有办成</translation>
    </message>
    <message>
        <source>You ended the access</source>
        <translation>你已收回授权</translation>
    </message>
    <message>
        <source>The time for this has passed</source>
        <translation>已过时限</translation>
    </message>
    <message>
        <source>Access has ended</source>
        <translation>授权已结束</translation>
    </message>
    <message>
        <source>Thank you, it was passed on</source>
        <translation>谢谢，已转达</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>已办好</translation>
    </message>
    <message>
        <source>Withdrawn</source>
        <translation>已撤回</translation>
    </message>
    <message>
        <source>A card number was hidden. Nobody here needs it.</source>
        <translation>已隐去一个卡号，这里没有人需要它。</translation>
    </message>
    <message>
        <source>A password was hidden. Nobody here will ever ask for it.</source>
        <translation>已隐去一个密码，客服绝不会向你要密码。</translation>
    </message>
    <message>
        <source>A code was hidden. Don&apos;t give codes to anybody.</source>
        <translation>已隐去一个验证码，验证码不要告诉任何人。</translation>
    </message>
    <message>
        <source>An ID number was hidden. Nobody needs it in the chat.</source>
        <translation>已隐去一个证件号，聊天里不需要它。</translation>
    </message>
    <message>
        <source>A bank account was hidden. Nobody needs it in the chat.</source>
        <translation>已隐去一个银行账号，聊天里不需要它。</translation>
    </message>
    <message>
        <source>Something secret was hidden here.</source>
        <translation>这里隐去了一些保密内容。</translation>
    </message>
    <message>
        <source>None of these</source>
        <translation>都不是</translation>
    </message>
</context>
<context>
    <name>SupportPanel</name>
    <message>
        <source>Help</source>
        <translation>帮助</translation>
    </message>
    <message>
        <source>End it</source>
        <translation>结束</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>End this conversation?</source>
        <translation>要结束这次会话吗？</translation>
    </message>
    <message>
        <source>It stays here to read. You can open it again or begin another.</source>
        <translation>记录会留在这里，可以重新打开，也可以另开一个。</translation>
    </message>
    <message>
        <source>Page (HTML)</source>
        <translation>网页 (HTML)</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>Data (JSON)</source>
        <translation>数据 (JSON)</translation>
    </message>
    <message>
        <source>Save the conversations</source>
        <translation>导出聊天记录</translation>
    </message>
    <message>
        <source>Everything that was said here, as one file that only you can read.</source>
        <translation>全部聊天记录存成一个文件，只有你能读。</translation>
    </message>
    <message>
        <source>Saved as {name}.</source>
        <translation>已保存为 {name}。</translation>
    </message>
</context>
<context>
    <name>SurveyForm</name>
    <message>
        <source>Survey</source>
        <translation>问卷调查</translation>
    </message>
    <message>
        <source>Send the answers</source>
        <translation>提交</translation>
    </message>
    <message>
        <source>What came of it</source>
        <translation>调查结果</translation>
    </message>
    <message>
        <source>Your answers are read without your name. It takes a minute.</source>
        <translation>看结果的人看不到你的名字。一分钟就填完。</translation>
    </message>
    <message>
        <source>Thank you for your answers.</source>
        <translation>谢谢你的填写。</translation>
    </message>
    <message>
        <source>This survey is over.</source>
        <translation>这次调查已经结束。</translation>
    </message>
    <message numerus="yes">
        <source>%n question(s) still open.</source>
        <translation>
            <numerusform>还有 %n 题没有选。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SurveyView</name>
    <message>
        <source>How did {name} help you?</source>
        <translation>{name} 的服务怎么样？</translation>
    </message>
    <message>
        <source>How were you helped?</source>
        <translation>这次服务怎么样？</translation>
    </message>
    <message>
        <source>{count} of 5: {words}</source>
        <translation>{count} 分（满分 5 分）：{words}</translation>
    </message>
    <message>
        <source>1 is bad, 5 is good</source>
        <translation>1 分很差，5 分很好</translation>
    </message>
    <message>
        <source>What could be better? You may leave this empty.</source>
        <translation>哪里可以做得更好？可以不填。</translation>
    </message>
    <message>
        <source>Comment</source>
        <translation>评价</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>发送</translation>
    </message>
    <message>
        <source>Thank you. It goes to the people who improve this.</source>
        <translation>谢谢，我们会认真改进。</translation>
    </message>
</context>
<context>
    <name>Transcript</name>
    <message>
        <source>Conversation</source>
        <translation>会话</translation>
    </message>
    <message>
        <source>{name} is writing…</source>
        <translation>{name} 正在输入…</translation>
    </message>
    <message>
        <source>Assistant</source>
        <translation>智能助手</translation>
    </message>
    <message numerus="yes">
        <source>%n new message(s)</source>
        <translation>
            <numerusform>%n 条新消息</numerusform>
        </translation>
    </message>
    <message>
        <source>Newest</source>
        <translation>最新</translation>
    </message>
</context>
<context>
    <name>TransferAmountFace</name>
    <message>
        <source>How much each time?</source>
        <translation>每次付多少？</translation>
    </message>
    <message>
        <source>How much?</source>
        <translation>转多少？</translation>
    </message>
    <message>
        <source>You have {amount} available.</source>
        <translation>可用余额 {amount}。</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>The other side reads it too.</source>
        <translation>对方也会看到。</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Choose the days…</source>
        <translation>选择日期…</translation>
    </message>
    <message>
        <source>Pay later or regularly…</source>
        <translation>以后付或定期付…</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>TransferCard</name>
    <message>
        <source>To</source>
        <translation>收款人</translation>
    </message>
    <message>
        <source>From</source>
        <translation>付款人</translation>
    </message>
    <message>
        <source>Amount</source>
        <translation>金额</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>单号</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>Signed by {name}</source>
        <translation>由{name}签名</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Ask about this</source>
        <translation>问问客服</translation>
    </message>
    <message>
        <source>The receipt is on the clipboard</source>
        <translation>回单已复制</translation>
    </message>
</context>
<context>
    <name>TransferConfirmFace</name>
    <message>
        <source>Change the amount</source>
        <translation>修改金额</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>A note; the other side reads it too</source>
        <translation>备注（对方也会看到）</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>现在</translation>
    </message>
    <message>
        <source>Nothing is paid today.</source>
        <translation>今天不付款。</translation>
    </message>
    <message>
        <source>Until then</source>
        <translation>付款之前</translation>
    </message>
    <message>
        <source>You can skip, pause or stop it.</source>
        <translation>可以跳过、暂停或停止。</translation>
    </message>
    <message>
        <source>Make the plan</source>
        <translation>设好定期付款</translation>
    </message>
    <message>
        <source>From</source>
        <translation>付款方式</translation>
    </message>
    <message>
        <source>Missing</source>
        <translation>还差</translation>
    </message>
    <message>
        <source>Left afterwards</source>
        <translation>付后余额</translation>
    </message>
    <message>
        <source>Taking back</source>
        <translation>撤回</translation>
    </message>
    <message>
        <source>Only the other side can send it back.</source>
        <translation>转出后只能由对方退回。</translation>
    </message>
    <message>
        <source>Send {amount}</source>
        <translation>转出 {amount}</translation>
    </message>
    <message>
        <source>Your balance</source>
        <translation>钱包余额</translation>
    </message>
    <message>
        <source>Your balance, {amount}</source>
        <translation>钱包余额 {amount}</translation>
    </message>
</context>
<context>
    <name>TransferDoneFace</name>
    <message>
        <source>Sent to {name}</source>
        <translation>已转给{name}</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
</context>
<context>
    <name>TransferEnd</name>
    <message>
        <source>Choose somebody else</source>
        <translation>另选收款人</translation>
    </message>
</context>
<context>
    <name>TransferPage</name>
    <message>
        <source>Requests</source>
        <translation>收款请求</translation>
    </message>
    <message>
        <source>Transfer</source>
        <translation>转账</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>转出</translation>
    </message>
    <message>
        <source>Receive</source>
        <translation>收款</translation>
    </message>
    <message>
        <source>Plans</source>
        <translation>定期付款</translation>
    </message>
    <message>
        <source>Pre-authorisations</source>
        <translation>预授权</translation>
    </message>
</context>
<context>
    <name>TransferPassphraseFace</name>
    <message>
        <source>A plan pays while you don&apos;t look, so the service wants your passphrase.</source>
        <translation>定期付款会在你不看的时候付出，所以需要验证口令。</translation>
    </message>
    <message>
        <source>Make the plan</source>
        <translation>设好定期付款</translation>
    </message>
    <message>
        <source>You pay {name} for the first time, so the service wants your passphrase.</source>
        <translation>你首次向{name}付款，需要验证口令。</translation>
    </message>
    <message>
        <source>{amount} is an amount for which the service wants your passphrase.</source>
        <translation>{amount} 的转账需要验证口令。</translation>
    </message>
    <message>
        <source>Send {amount}</source>
        <translation>转出 {amount}</translation>
    </message>
</context>
<context>
    <name>Trouble</name>
    <message>
        <source>Not sent.</source>
        <translation>没有发出。</translation>
    </message>
    <message>
        <source>Open again and send</source>
        <translation>重新打开并发送</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Throw away</source>
        <translation>删除</translation>
    </message>
</context>
<context>
    <name>UnlockPage</name>
    <message>
        <source>Open with your recovery code</source>
        <translation>用恢复码打开</translation>
    </message>
    <message>
        <source>K-Bean Wallet</source>
        <translation>K豆钱包</translation>
    </message>
    <message>
        <source>The code you wrote down opens the wallet on this device and gives it a new passphrase. Your passphrase at the service stays as it was.</source>
        <translation>用记下的恢复码打开这台设备上的钱包，同时设置新口令。登录服务的口令不变。</translation>
    </message>
    <message>
        <source>Locked. Everything on this device is encrypted.</source>
        <translation>已锁定。这台设备上的数据全部加密。</translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation>口令</translation>
    </message>
    <message>
        <source>Quick unlock</source>
        <translation>快速解锁</translation>
    </message>
    <message>
        <source>Back to the passphrase</source>
        <translation>改用口令</translation>
    </message>
    <message>
        <source>I have forgotten my passphrase</source>
        <translation>忘记口令</translation>
    </message>
    <message>
        <source>Enter your passphrase.</source>
        <translation>请输入口令。</translation>
    </message>
    <message>
        <source>Opening…</source>
        <translation>正在打开…</translation>
    </message>
    <message numerus="yes">
        <source>Try again in %n second(s)</source>
        <translation>
            <numerusform>请 %n 秒后再试</numerusform>
        </translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation>解锁</translation>
    </message>
</context>
<context>
    <name>VerificationView</name>
    <message>
        <source>The service</source>
        <translation>客服</translation>
    </message>
    <message>
        <source>{name} asks you to confirm who you are</source>
        <translation>{name} 请你确认身份</translation>
    </message>
    <message>
        <source>What you type stays in this wallet&apos;s own window. Never write it into the chat.</source>
        <translation>请在钱包弹出的窗口里输入，千万不要写进聊天里。</translation>
    </message>
    <message>
        <source>Confirm</source>
        <translation>确认</translation>
    </message>
    <message>
        <source>Refuse</source>
        <translation>拒绝</translation>
    </message>
    <message>
        <source>the code that was sent to you</source>
        <translation>发给你的验证码</translation>
    </message>
    <message>
        <source>the answer to your security question</source>
        <translation>安全问题的答案</translation>
    </message>
    <message>
        <source>your passphrase</source>
        <translation>你的口令</translation>
    </message>
    <message>
        <source>your passphrase or quick unlock on this device</source>
        <translation>你的口令，或本机快速解锁</translation>
    </message>
    <message>
        <source>Needed: {things}.</source>
        <translation>需要：{things}。</translation>
    </message>
    <message>
        <source>Confirm that it is you</source>
        <translation>确认是你本人</translation>
    </message>
    <message>
        <source>The service only learns that you confirmed, not what you typed.</source>
        <translation>服务方只知道你确认过，不知道你输入了什么。</translation>
    </message>
    <message>
        <source>Your passphrase goes to the service over the secured line, not to the agent.</source>
        <translation>口令经加密线路发给服务方核对，客服看不到。</translation>
    </message>
</context>
<context>
    <name>WaitFace</name>
    <message>
        <source>Paying…</source>
        <translation>正在付款…</translation>
    </message>
    <message>
        <source>The service is posting the payment.</source>
        <translation>服务方正在记账。</translation>
    </message>
    <message>
        <source>Asking who is paid…</source>
        <translation>正在核对收款方…</translation>
    </message>
    <message>
        <source>Nothing is paid before you agree.</source>
        <translation>你确认之前不会扣款。</translation>
    </message>
</context>
<context>
    <name>WalletApp</name>
    <message>
        <source>The wallet locks itself in a moment. Move the mouse to stay.</source>
        <translation>钱包即将自动锁定，动一下鼠标就不锁。</translation>
    </message>
</context>
<context>
    <name>WebhookCard</name>
    <message>
        <source>Notices to your own server</source>
        <translation>通知您自己的服务器</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Begins with https://. The service calls it from the internet.</source>
        <translation>以 https:// 开头，服务端会从互联网访问它。</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Your server checks each notice with this secret. It is shown only now; put it where your server reads it.</source>
        <translation>您的服务器用这个密钥核对每条通知。它只显示这一次，请存到服务器读取的地方。</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>The last notices</source>
        <translation>最近的通知</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>重新查看</translation>
    </message>
    <message>
        <source>Nothing has been told yet.</source>
        <translation>还没有发过通知。</translation>
    </message>
    <message>
        <source>A payment came in</source>
        <translation>收到一笔付款</translation>
    </message>
    <message>
        <source>A sale ended without a payment</source>
        <translation>一笔收款未付而结束</translation>
    </message>
    <message>
        <source>A refund was made</source>
        <translation>退了一笔款</translation>
    </message>
    <message>
        <source>Money was held</source>
        <translation>冻结了一笔预授权</translation>
    </message>
    <message>
        <source>Held money was released</source>
        <translation>预授权已解冻</translation>
    </message>
    <message>
        <source>Each payment is told to your own system within seconds, signed.</source>
        <translation>每笔付款几秒内通知您自己的系统，并带签名。</translation>
    </message>
    <message>
        <source>A manager who is signed in can set this.</source>
        <translation>店长登录后可以设置。</translation>
    </message>
    <message>
        <source>Really tell nobody any more</source>
        <translation>确定不再通知</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Send again</source>
        <translation>重新发送</translation>
    </message>
    <message>
        <source>Received</source>
        <translation>已送达</translation>
    </message>
    <message>
        <source>Given up</source>
        <translation>已放弃</translation>
    </message>
    <message>
        <source>Next try: {when}</source>
        <translation>下次重试：{when}</translation>
    </message>
    <message>
        <source>On its way</source>
        <translation>发送中</translation>
    </message>
    <message numerus="yes">
        <source>%n try(s)</source>
        <translation>
            <numerusform>试了 %n 次</numerusform>
        </translation>
    </message>
    <message>
        <source>no answer</source>
        <translation>没有应答</translation>
    </message>
    <message>
        <source>The secret</source>
        <translation>密钥</translation>
    </message>
    <message>
        <source>Saved; what happens from now on is told</source>
        <translation>已保存，此后发生的会通知</translation>
    </message>
    <message>
        <source>Nobody is told any more</source>
        <translation>已不再通知</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
</context>
<context>
    <name>Welcome</name>
    <message>
        <source>How can we help?</source>
        <translation>有什么可以帮你？</translation>
    </message>
    <message>
        <source>Ask in your own words. The assistant answers at once, and a person is one click away. Nobody sees your account unless you allow it.</source>
        <translation>用你自己的话问就行。智能助手马上解答，随时一键转人工。没有你的允许，谁也看不到你的账户。</translation>
    </message>
    <message>
        <source>My payment failed but money is gone</source>
        <translation>付款失败了，钱却少了</translation>
    </message>
    <message>
        <source>There is a payment I don&apos;t recognise</source>
        <translation>有一笔不认识的付款</translation>
    </message>
    <message>
        <source>When do K-Beans expire?</source>
        <translation>K豆什么时候过期？</translation>
    </message>
    <message>
        <source>Freeze my account</source>
        <translation>冻结我的账户</translation>
    </message>
</context>
<context>
    <name>When</name>
    <message>
        <source>MMM</source>
        <comment>a month on a time line</comment>
        <translation>M月</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>昨天</translation>
    </message>
    <message>
        <source>d MMM</source>
        <comment>a day of this year</comment>
        <translation>M月d日</translation>
    </message>
    <message>
        <source>d MMM yyyy</source>
        <comment>a day of another year</comment>
        <translation>yyyy年M月d日</translation>
    </message>
    <message>
        <source>{day} {time}</source>
        <translation>{day} {time}</translation>
    </message>
    <message>
        <source>MMMM yyyy</source>
        <comment>a month as a heading</comment>
        <translation>yyyy年M月</translation>
    </message>
    <message>
        <source>MMM</source>
        <comment>a month under a bar</comment>
        <translation>M月</translation>
    </message>
    <message>
        <source>today</source>
        <comment>when K-Beans expire</comment>
        <translation>今天</translation>
    </message>
    <message>
        <source>tomorrow</source>
        <comment>when K-Beans expire</comment>
        <translation>明天</translation>
    </message>
    <message>
        <source>in {count} days</source>
        <comment>when K-Beans expire</comment>
        <translation>{count} 天后</translation>
    </message>
</context>
<context>
    <name>WhoFace</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>WhoPicker</name>
    <message>
        <source>Paid lately</source>
        <translation>最近付过</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Paste a code or link</source>
        <translation>粘贴收款码或链接</translation>
    </message>
    <message>
        <source>Scan a code</source>
        <translation>扫码</translation>
    </message>
    <message>
        <source>A phone number</source>
        <translation>手机号</translation>
    </message>
    <message>
        <source>An e-mail address</source>
        <translation>邮箱</translation>
    </message>
    <message>
        <source>A wallet number</source>
        <translation>钱包号</translation>
    </message>
    <message>
        <source>A personal code</source>
        <translation>收款码</translation>
    </message>
    <message>
        <source>Only people who let themselves be found this way are found.</source>
        <translation>只能找到允许被这样找到的人。</translation>
    </message>
    <message>
        <source>Phone number, e-mail address or wallet number</source>
        <translation>手机号、邮箱或钱包号</translation>
    </message>
    <message>
        <source>This is a merchant&apos;s code. Use it under Pay.</source>
        <translation>这是商家的收款码，请到「付款」里使用。</translation>
    </message>
    <message>
        <source>This is a code to pay a cashier with. It takes no transfers.</source>
        <translation>这是向收银员出示的付款码，不能用来收转账。</translation>
    </message>
    <message>
        <source>Nobody vouches for this personal code. Ask for a new one.</source>
        <translation>这个收款码没有有效签名，请对方重新生成。</translation>
    </message>
    <message>
        <source>This code belongs to another payment system.</source>
        <translation>这是其他支付平台的码。</translation>
    </message>
    <message>
        <source>This is neither a phone number, an e-mail address nor a wallet number.</source>
        <translation>这不是手机号、邮箱，也不是钱包号。</translation>
    </message>
</context>
<context>
    <name>WorkingStep</name>
    <message>
        <source>One moment</source>
        <translation>请稍候</translation>
    </message>
    <message>
        <source>Making the encrypted vault on this device.</source>
        <translation>正在这台设备上建立加密保险库。</translation>
    </message>
    <message>
        <source>Making your wallet at the service.</source>
        <translation>正在服务方开通钱包。</translation>
    </message>
    <message>
        <source>Signing you in at the service.</source>
        <translation>正在登录。</translation>
    </message>
</context>
<context>
    <name>_Digits</name>
    <message>
        <source>Digits of the code: {digits}</source>
        <translation>付款码数字：{digits}</translation>
    </message>
    <message>
        <source>The digits are hidden</source>
        <translation>数字已隐藏</translation>
    </message>
</context>
</TS>
