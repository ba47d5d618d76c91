"""The words of a statement, in Chinese and English."""

from __future__ import annotations

_ZH = {
    "title": "账户对账单",
    "demo": "演示环境：本机构未持牌，账单不具法律效力。",
    "holder": "户名",
    "account": "钱包账号",
    "period": "账单期间",
    "currency": "币种",
    "made": "出具时间",
    "number": "账单编号",
    "opening": "期初余额",
    "closing": "期末余额",
    "in": "收入",
    "out": "支出",
    "time": "交易时间",
    "what": "摘要",
    "balance": "余额",
    "end": "本期共 {count} 笔",
    "nothing": "本期没有交易",
    "sealed": "本对账单已加盖电子签章，任何改动都会使签章失效；可用 kbean verify 命令核验。",
    "licence": "许可证号",
    "zone": "时间以 {zone} 为准",
    "page": "第 {page} 页，共 {pages} 页",
    "CNY": "人民币 (CNY)",
    "HKD": "港元 (HKD)",
    "payment": "付款",
    "payment_received": "收款",
    "refund": "退款",
    "top_up": "充值",
    "transfer_out": "转出",
    "transfer_in": "转入",
    "adjustment": "调整",
}

_EN = {
    "title": "Statement of account",
    "demo": "Demonstration: this organisation is not licensed; the statement has no legal force.",
    "holder": "Account holder",
    "account": "Wallet id",
    "period": "Period",
    "currency": "Currency",
    "made": "Issued",
    "number": "Statement no.",
    "opening": "Opening balance",
    "closing": "Closing balance",
    "in": "Money in",
    "out": "Money out",
    "time": "Time",
    "what": "Description",
    "balance": "Balance",
    "end": "{count} movements in this period",
    "nothing": "Nothing moved in this period",
    "sealed": "Sealed electronically: any change breaks the seal. Check it with kbean verify.",
    "licence": "Licence",
    "zone": "Times are those of {zone}",
    "page": "Page {page} of {pages}",
    "CNY": "Chinese yuan (CNY)",
    "HKD": "Hong Kong dollar (HKD)",
    "payment": "Payment",
    "payment_received": "Received",
    "refund": "Refund",
    "top_up": "Top-up",
    "transfer_out": "Transfer out",
    "transfer_in": "Transfer in",
    "adjustment": "Adjustment",
}


def words_of(language: str) -> dict[str, str]:
    """The words in a language; Chinese unless it is English."""
    return _EN if language == "en" else _ZH
